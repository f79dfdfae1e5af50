using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Transponder.Notifiers.Mail;

namespace Transponder.Notifiers.Channels.Email;

/// <summary>One TCP connection to a mail server: bytes out, replies in, each within its time limit. Every failure is an <see cref="SmtpFailure"/>.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private readonly Socket socket;
    private readonly TimeProvider time;
    private Stream stream;
    private SmtpReader reader;
    private string[] secrets = [];

    private SmtpConnection(Socket socket, TimeProvider time)
    {
        this.socket = socket;
        this.time = time;
        stream = new NetworkStream(socket, ownsSocket: true);
        reader = new SmtpReader(stream);
    }

    public bool IsSecure { get; private set; }

    public bool IsLoopback => this.socket.RemoteEndPoint is IPEndPoint { Address: var address } && IPAddress.IsLoopback(Plain(address));

    /// <summary>This end's IP address.</summary>
    public IPAddress LocalAddress => Plain(((IPEndPoint)this.socket.LocalEndPoint!).Address);

    /// <summary>Whether an unused connection has an end or unasked-for bytes to read: either way it is of no more use.</summary>
    public bool LooksDead
    {
        get
        {
            try
            {
                return this.socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    public static async Task<SmtpConnection> ConnectAsync(EmailOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await WithinAsync(
                    token => socket.ConnectAsync(options.Host, options.Port, token),
                    options.ConnectTimeout,
                    () =>
                        SmtpFailure.Retry(
                            DeliveryReason.ConnectFailed,
                            $"no connection within {options.ConnectTimeout.TotalSeconds:0.#} s"
                        ),
                    time,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return new SmtpConnection(socket, time);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw SmtpFailure.Retry(DeliveryReason.ConnectFailed, $"no connection to port {options.Port}: {error.SocketErrorCode}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>From now on these texts never appear in a reply, whatever the server echoes.</summary>
    public void Conceal(params string[] secrets) => this.secrets = secrets;

    /// <summary>Sends one command and reads its reply.</summary>
    /// <param name="step">The command's name in failures; never its arguments.</param>
    /// <param name="command">The command without its line end.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SmtpReply> AskAsync(string step, string command, TimeSpan limit, CancellationToken cancellationToken)
    {
        await WriteAsync(step, Encoding.UTF8.GetBytes(command + "\r\n"), limit, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(step, limit, cancellationToken).ConfigureAwait(false);
    }

    public async Task WriteAsync(string step, ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await WithinAsync(token => stream.WriteAsync(bytes, token), limit, () => TimedOut(step, limit), this.time, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw SmtpFailure.Retry(DeliveryReason.ConnectionLost, $"{step}: the connection broke");
        }
    }

    /// <summary>Reads the next reply. 421 may answer anything and always means that the server hangs up.</summary>
    public async Task<SmtpReply> ReadAsync(string step, TimeSpan limit, CancellationToken cancellationToken)
    {
        SmtpReply? reply = null;
        try
        {
            await WithinAsync(
                    async token => reply = await reader.ReadAsync(token).ConfigureAwait(false),
                    limit,
                    () => TimedOut(step, limit),
                    this.time,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw SmtpFailure.Retry(DeliveryReason.ConnectionLost, $"{step}: the connection broke");
        }
        catch (SmtpFailure failure) when (failure.Result is DeliveryResult.Retry { Reason: not DeliveryReason.Timeout } retry)
        {
            throw SmtpFailure.Retry(retry.Reason, $"{step}: {retry.Detail}");
        }

        var shown = this.secrets.Length == 0 ? reply! : reply! with { Lines = [.. reply!.Lines.Select(Redact)] };
        return shown.Code == 421 ? throw new SmtpFailure(SmtpVerdict.Transient(step, shown)) : shown;
    }

    /// <summary>Goes over to TLS; what the server sent in clear text before and was not read yet is dropped.</summary>
    public async Task StartTlsAsync(EmailOptions options, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        stream = secure;
        try
        {
            var authentication = SmtpCertificates.Authentication(options, IsLoopback);
            await WithinAsync(
                    token => new ValueTask(secure.AuthenticateAsClientAsync(authentication, token)),
                    options.CommandTimeout,
                    () => TimedOut("TLS", options.CommandTimeout),
                    this.time,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (AuthenticationException error)
        {
            throw SmtpFailure.Retry(DeliveryReason.TlsFailed, HeaderText.OneLine($"TLS: {error.Message}", 300));
        }
        catch (IOException)
        {
            throw SmtpFailure.Retry(DeliveryReason.TlsFailed, "TLS: the connection broke during the handshake");
        }
        reader = new SmtpReader(secure);
        IsSecure = true;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private string Redact(string text)
    {
        foreach (var secret in this.secrets)
            text = text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        return text;
    }

    private static SmtpFailure TimedOut(string step, TimeSpan limit) =>
        SmtpFailure.Retry(DeliveryReason.Timeout, $"{step}: no answer within {limit.TotalSeconds:0.#} s");

    private static async Task WithinAsync(
        Func<CancellationToken, ValueTask> action,
        TimeSpan limit,
        Func<SmtpFailure> timedOut,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await action(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw timedOut();
        }
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
