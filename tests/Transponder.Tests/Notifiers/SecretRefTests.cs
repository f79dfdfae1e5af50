using Transponder.Notifiers;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers;

public sealed class SecretRefTests : IDisposable
{
    private const string Secret = "hunter2-very-secret";
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Environment_Set_GivesItsValueAsItIs()
    {
        using var variable = new Variable(Secret + " ");

        Assert.True(SecretRef.FromEnvironment(variable.Name).TryResolve(out var value, out _));
        Assert.Equal(Secret + " ", value);
    }

    [Fact]
    public void Environment_NotSet_NamesTheVariable()
    {
        Assert.False(SecretRef.FromEnvironment("TRANSPONDER_TEST_ABSENT").TryResolve(out _, out var problem));
        Assert.Equal("environment variable TRANSPONDER_TEST_ABSENT is not set", problem);
    }

    [Theory]
    [InlineData(Secret)]
    [InlineData(Secret + "\n")]
    [InlineData(Secret + "\r\n")]
    [InlineData("\uFEFF" + Secret + " \n")]
    public void File_WhiteSpaceAtTheEnd_DoesNotBelongToIt(string content)
    {
        var secret = SecretRef.FromFile(_folder.Write("s", content));

        Assert.True(secret.TryResolve(out var value, out _));
        Assert.Equal(Secret, value);
    }

    [Fact]
    public void File_Rotated_GivesTheNewValue()
    {
        var secret = SecretRef.FromFile(_folder.Write("s", "first"));
        Assert.True(secret.TryResolve(out var before, out _));
        _folder.Write("s", "later");

        Assert.True(secret.TryResolve(out var after, out _));
        Assert.Equal(("first", "later"), (before, after));
    }

    [Fact]
    public void File_Missing_NamesTheFile()
    {
        var path = _folder.File("absent");

        Assert.False(SecretRef.FromFile(path).TryResolve(out _, out var problem));
        Assert.Equal($"file {path} does not exist", problem);
    }

    [Theory]
    [InlineData("\n", "is empty")]
    [InlineData(null, "is larger than 64 KB")]
    public void File_Unusable_SaysWhy(string? content, string expected)
    {
        var path = _folder.Write("s", content ?? new string('x', 70_000));

        Assert.False(SecretRef.FromFile(path).TryResolve(out _, out var problem));
        Assert.Equal($"file {path} {expected}", problem);
    }

    [Fact]
    public void FlyteSecret_BothPlaces_PrefersTheVariable()
    {
        using var variable = new Variable("from the variable", "FLYTE_SECRET_");
        var name = variable.Name["FLYTE_SECRET_".Length..];
        _folder.Write(name, "from the file");

        Assert.True(SecretRef.FromFlyteSecret(name, _folder.Path).TryResolve(out var value, out _));
        Assert.Equal("from the variable", value);
    }

    [Fact]
    public void FlyteSecret_OnlyFile_GivesItTrimmed()
    {
        _folder.Write("smtp_password", Secret + "\n");

        Assert.True(SecretRef.FromFlyteSecret("smtp_password", _folder.Path).TryResolve(out var value, out _));
        Assert.Equal(Secret, value);
    }

    [Fact]
    public void FlyteSecret_InNeither_NamesBoth()
    {
        Assert.False(SecretRef.FromFlyteSecret("absent", _folder.Path).TryResolve(out _, out var problem));
        Assert.Equal($"environment variable FLYTE_SECRET_absent or file {_folder.File("absent")} does not exist", problem);
    }

    [Fact]
    public void Text_OfAnyKind_IsMasked()
    {
        var secret = SecretRef.FromValue(Secret);

        Assert.Equal("***", $"{secret}");
        Assert.DoesNotContain(Secret, secret.Place, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, new { Options = secret }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Equality_SamePlace_IsEqual()
    {
        Assert.Equal(SecretRef.FromFile("/a"), SecretRef.FromFile("/a"));
        Assert.NotEqual(SecretRef.FromFile("/a"), SecretRef.FromEnvironment("/a"));
    }

    private sealed class Variable : IDisposable
    {
        public Variable(string value, string prefix = "TRANSPONDER_TEST_")
        {
            Name = prefix + Guid.NewGuid().ToString("N");
            Environment.SetEnvironmentVariable(Name, value);
        }

        public string Name { get; }

        public void Dispose() => Environment.SetEnvironmentVariable(Name, null);
    }
}
