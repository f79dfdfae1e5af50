using Microsoft.Extensions.Logging;
using Transponder.Notifiers;
using Transponder.Server.Security;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Server.Security;

public sealed class StaticTokensTests : IDisposable
{
    private const string First = "first-secret-0123456789";
    private const string Second = "second-secret-0123456789";

    private readonly FakeTimeProvider clock = new();
    private readonly TempDirectory folder = new();
    private readonly List<string> warnings = [];

    [Fact]
    public void TryFind_KnownAndUnknownTokens_AreToldApart()
    {
        var tokens = Tokens(folder.Write("a", First + "\n"));

        Assert.True(tokens.TryFind(First, out var caller));
        Assert.Equal("ci", caller.Name);
        Assert.False(tokens.TryFind(First + "x", out _));
        Assert.False(tokens.TryFind("", out _));
        Assert.False(tokens.TryFind(new string('x', 100_000), out _));
    }

    [Fact]
    public void TryFind_RotatedFile_TakesEffectWithinASecond()
    {
        var file = folder.Write("a", First);
        var tokens = Tokens(file);
        File.WriteAllText(file, Second);

        Assert.True(tokens.TryFind(First, out _));
        clock.Advance(TimeSpan.FromSeconds(1.1));

        Assert.True(tokens.TryFind(Second, out _));
        Assert.False(tokens.TryFind(First, out _));
    }

    [Fact]
    public void TryFind_FileThatIsGoneOrTooShort_KeepsTheLastSecretAndWarnsOnce()
    {
        var file = folder.Write("a", First);
        var tokens = Tokens(file);

        File.WriteAllText(file, "short");
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            Assert.True(tokens.TryFind(First, out _));
            Assert.False(tokens.TryFind("short", out _));
        }

        File.Delete(file);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(tokens.TryFind(First, out _));

        Assert.Equal(2, warnings.Count);
        Assert.DoesNotContain(warnings, warning => warning.Contains(First, StringComparison.Ordinal));
    }

    [Fact]
    public void TryFind_SecretThatCannotBeReadYet_MatchesNothing()
    {
        var tokens = Tokens(folder.File("later"));
        Assert.False(tokens.TryFind("", out _));

        folder.Write("later", First);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.True(tokens.TryFind(First, out _));
    }

    public void Dispose() => folder.Dispose();

    private StaticTokens Tokens(string file) =>
        new(
            [
                new TokenOptions
                {
                    Name = "ci",
                    Secret = SecretRef.FromFile(file),
                    Grant = new Grant(Roles.Viewer, null),
                },
            ],
            clock,
            new Recorder(warnings)
        );

    private sealed class Recorder(List<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            lines.Add(format(state, exception));
    }
}
