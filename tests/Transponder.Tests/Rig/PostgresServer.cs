using Npgsql;

namespace Transponder.Tests.Rig;

/// <summary>
/// A PostgreSQL of its own in a temporary directory: loopback TCP and a unix socket, ended by its process id. A test that kills or restarts
/// the database, or measures durability, starts one; all others share <see cref="PostgresCluster"/>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "transponder";
    private const int FastShutdown = 2;
    private const string Ready = "ready to accept connections";
    private const string Taken = "Address already in use";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempDirectory? _temporary;
    private readonly string _program;
    private readonly bool _fsync;
    private readonly IReadOnlyList<string> _settings;
    private ChildProcess? _process;
    private int _databases;

    private PostgresServer(string? folder, string program, int port, bool fsync, IReadOnlyList<string> settings)
    {
        _temporary = folder is null ? new TempDirectory() : null;
        SocketFolder = folder ?? _temporary!.Path;
        _program = program;
        Port = port;
        _fsync = fsync;
        _settings = settings;
    }

    public int Port { get; }

    /// <summary>The directory of the unix socket, usable as <c>Host</c>.</summary>
    public string SocketFolder { get; }

    private static IEnumerable<string> Folders =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
            : [];

    /// <param name="fsync">True where durability is what is tested.</param>
    /// <param name="settings">More settings, each as <c>name=value</c>; a later one wins.</param>
    public static Task<PostgresServer> StartAsync(bool fsync, params IReadOnlyList<string> settings) => StartAsync(null, fsync, settings);

    /// <param name="folder">Where its data is, or will be, and stays; null = in a temporary place.</param>
    /// <param name="fsync">True where durability is what is tested.</param>
    /// <param name="settings">More settings, each as <c>name=value</c>; a later one wins.</param>
    public static async Task<PostgresServer> StartAsync(string? folder, bool fsync, params IReadOnlyList<string> settings)
    {
        var initdb = Executable.Require("initdb", "postgresql", Folders);
        var server = new PostgresServer(folder, Executable.Require("postgres", "postgresql", Folders), FreePort.Next(), fsync, settings);
        try
        {
            if (!File.Exists(Path.Combine(server.Data, "PG_VERSION")))
                await server.CreateAsync(initdb);
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task CreateAsync(string initdb)
    {
        await Unprivileged.OwnAsync(SocketFolder);
        string[] arguments = ["-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
        await using var init = Unprivileged.Start(initdb, arguments, SocketFolder);
        if (await init.ExitAsync(Patience) != 0)
            throw new InvalidOperationException($"initdb failed:\n{init.Output}");
    }

    /// <summary>Starts it again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port and data.</summary>
    public Task StartAsync() => Eventually.TrueAsync(TryStartAsync, "PostgreSQL's port to be free", Patience);

    private async Task<bool> TryStartAsync()
    {
        var fsync = _fsync ? "on" : "off";
        string[] arguments =
        [
            "-D",
            Data,
            "-k",
            SocketFolder,
            "-h",
            "127.0.0.1",
            "-p",
            $"{Port}",
            .. new[] { $"fsync={fsync}", $"full_page_writes={fsync}", "max_connections=200", "shared_buffers=64MB", "log_timezone=UTC" }
                .Concat(_settings)
                .SelectMany(setting => new[] { "-c", setting }),
        ];
        _process = Unprivileged.Start(_program, arguments, SocketFolder);
        var line = await _process.LineAsync(line => line.Contains(Ready) || line.Contains(Taken), $"“{Ready}”", Patience);
        if (line.Contains(Ready))
            return true;
        await StopAsync();
        return false;
    }

    /// <summary>Ends it cleanly; clients lose their connections.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        _process.Signal(FastShutdown);
        await _process.ExitAsync(Patience);
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>kill -9 of the postmaster; its backends notice and end.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        await _process.DisposeAsync();
        _process = null;
        await Eventually.TrueAsync(() => !HasBackends(), "the end of the killed database's backends");
    }

    /// <summary>Makes an empty database, or a copy of a template, and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string? template = null, string? name = null)
    {
        name ??= $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE \"{name}\" TEMPLATE \"{template ?? "template0"}\"";
        await Eventually.TrueAsync(() => IsFreeAsync(command), $"the database {template} to be left by its last connection");
        return ConnectionString(name);
    }

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = User,
            Database = database,
            Pooling = database != "postgres",
            Timeout = 60,
            CommandTimeout = 120,
            ConnectionIdleLifetime = 20,
        }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _temporary?.Dispose();
    }

    // The server still ends the connections of those who filled the template.
    private static async Task<bool> IsFreeAsync(NpgsqlCommand creation)
    {
        try
        {
            await creation.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            return false;
        }
    }

    private string Data => Path.Combine(SocketFolder, "data");

    private bool HasBackends() =>
        Directory.EnumerateDirectories("/proc").Any(process => char.IsAsciiDigit(process[^1]) && WorkingDirectory(process) == Data);

    private static string? WorkingDirectory(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
