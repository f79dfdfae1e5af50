using Transponder.Notifiers;
using Transponder.Notifiers.Markup;
using Transponder.Notifiers.Pods;
using Transponder.Tests.Rig;
using Xunit;

namespace Transponder.Tests.Notifiers.Pods;

public sealed class TaskContextTests : IDisposable
{
    private const string Secret = "xoxb-hunter2-very-secret";

    private static readonly Dictionary<string, string> Pod = new()
    {
        ["FLYTE_INTERNAL_EXECUTION_ID"] = "f1a2b3",
        ["FLYTE_INTERNAL_EXECUTION_PROJECT"] = "flytesnacks",
        ["FLYTE_INTERNAL_EXECUTION_DOMAIN"] = "development",
        ["FLYTE_INTERNAL_TASK_PROJECT"] = "shared",
        ["FLYTE_INTERNAL_TASK_NAME"] = "train.fit",
        ["FLYTE_INTERNAL_TASK_VERSION"] = "v7",
        ["FLYTE_ATTEMPT_NUMBER"] = "2",
        ["FLYTE_EXECUTION_URL"] = "https://flyte.example.com/console/projects/flytesnacks/executions/f1a2b3",
    };

    private readonly TempDirectory folder = new();
    private readonly string prefix = $"_T{Guid.NewGuid():N}_";

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pod_FlytesVariables_AreTheExecution()
    {
        var execution = Context(Pod).Execution!;

        Assert.Equal(
            ("flytesnacks", "development", "f1a2b3", "running"),
            (execution.Project, execution.Domain, execution.Name, execution.Phase)
        );
        Assert.Equal(new EntityInfo("shared", "development", "train.fit", "v7"), execution.Task);
        Assert.Equal(2, execution.Attempt);
        Assert.Equal(Pod["FLYTE_EXECUTION_URL"], execution.ConsoleUrl);
    }

    [Fact]
    public void Pod_OutsideOfFlyte_HasNoExecution() => Assert.Null(Context([]).Execution);

    [Fact]
    public void Pod_OnlyTheExecution_IsEnough()
    {
        var execution = Context(new() { ["FLYTE_INTERNAL_EXECUTION_ID"] = "f1", ["FLYTE_ATTEMPT_NUMBER"] = "many" }).Execution!;

        Assert.Equal(("", "", "f1"), (execution.Project, execution.Domain, execution.Name));
        Assert.Null(execution.Task);
        Assert.Null(execution.Attempt);
        Assert.Null(execution.ConsoleUrl);
    }

    [Theory]
    [InlineData("https://c.example.com/{project}/{domain}/{name}", "https://c.example.com/flytesnacks/development/f1a2b3")]
    [InlineData("javascript:alert('{name}')", null)]
    [InlineData("/console/{name}", null)]
    public void ConsoleUrl_Template_IsFilledAndMustBeALink(string template, string? expected) =>
        Assert.Equal(expected, Context(Pod, new PodOptions { ConsoleUrl = template }).Execution!.ConsoleUrl);

    [Fact]
    public void ConsoleUrl_NamesWithSlashes_AreEscaped()
    {
        var pod = new Dictionary<string, string>(Pod) { ["FLYTE_INTERNAL_EXECUTION_ID"] = "a/../b?x" };

        Assert.Equal("https://c/a%2F..%2Fb%3Fx", Context(pod, new PodOptions { ConsoleUrl = "https://c/{name}" }).Execution!.ConsoleUrl);
    }

    [Fact]
    public void Secret_Variable_IsUpperCaseAndTrimmed()
    {
        using var variable = new Variable(prefix + "SLACK_TOKEN", $" {Secret}\n");

        Assert.True(Context(Pod).Secret("slack", "token").TryResolve(out var value, out _));
        Assert.Equal(Secret, value);
    }

    [Fact]
    public void Secret_File_IsLowerCaseAndTrimmed()
    {
        folder.Write("slack/token", $"{Secret}\r\n");

        Assert.True(Context(Pod).Secret("Slack", "TOKEN").TryResolve(out var value, out _));
        Assert.Equal(Secret, value);
    }

    [Fact]
    public void Secret_InBoth_IsTheVariables()
    {
        folder.Write("slack/token", "from the file");
        using var variable = new Variable(prefix + "SLACK_TOKEN", "from the variable");

        Assert.True(Context(Pod).Secret("slack", "token").TryResolve(out var value, out _));
        Assert.Equal("from the variable", value);
    }

    [Fact]
    public void Secret_WithoutGroup_IsFoundByItsKey()
    {
        folder.Write("token", Secret);

        Assert.True(Context(Pod).Secret(null, "token").TryResolve(out var value, out _));
        Assert.Equal(Secret, value);
    }

    [Fact]
    public void Secret_PlainVariable_ServesOnlyOutsideOfFlyte()
    {
        var group = $"g{Guid.NewGuid():N}";
        using var variable = new Variable($"{group}_KEY".ToUpperInvariant(), Secret);

        Assert.True(Context([]).Secret(group, "key").TryResolve(out var value, out _));
        Assert.Equal(Secret, value);
        Assert.False(Context(Pod).Secret(group, "key").TryResolve(out _, out _));
    }

    [Fact]
    public void Secret_PlatformsOwnPlaces_AreHeeded()
    {
        var pod = new Dictionary<string, string>(Pod)
        {
            ["FLYTE_SECRETS_DEFAULT_DIR"] = folder.Path,
            ["FLYTE_SECRETS_ENV_PREFIX"] = prefix,
            ["FLYTE_SECRETS_FILE_PREFIX"] = "s_",
        };
        folder.Write("slack/s_token", Secret);
        using var variable = new Variable(prefix + "MAIL_PASSWORD", "other");
        var context = TaskContext.From(PodEnvironment.Read(name => pod.GetValueOrDefault(name)), new PodOptions());

        Assert.True(context.Secret("slack", "token").TryResolve(out var file, out _));
        Assert.True(context.Secret("mail", "password").TryResolve(out var value, out _));
        Assert.Equal((Secret, "other"), (file, value));
    }

    [Fact]
    public void Secret_Missing_NamesItsPlaces()
    {
        Assert.False(Context(Pod).Secret("slack", "token").TryResolve(out _, out var problem));
        Assert.Equal($"environment variable {prefix}SLACK_TOKEN or file {folder.File("slack/token")} does not exist", problem);
    }

    [Theory]
    [InlineData("..", "shadow")]
    [InlineData("slack", "../../shadow")]
    [InlineData("a/b", "key")]
    [InlineData("slack", "")]
    public void Secret_NameWithAPath_IsRefused(string group, string key) =>
        Assert.ThrowsAny<ArgumentException>(() => Context(Pod).Secret(group, key));

    [Fact]
    public async Task Secret_InATextOrAnAnswer_IsMasked()
    {
        folder.Write("db/password", Secret);
        using var variable = new Variable(prefix + "NEVER_ASKED", "other-secret-value");
        var context = Context(Pod) with { Retry = RetryPolicy.Once };
        var secret = context.Secret("db", "password");
        await using var notifier = new RecordingNotifier().Then(
            new DeliveryResult.Rejected(DeliveryReason.MessageRejected, $"no such login: {Secret}\r\nX: other-secret-value")
        );

        var result = await notifier.NotifyAsync(
            $"cannot log in with {Secret}\npostgres://u:{Uri.EscapeDataString(Secret)}@db and other-secret-value",
            context,
            TestContext.Current.CancellationToken
        );

        var message = Assert.Single(notifier.Sent);
        foreach (var text in (string[])[message.ToString(), result.ToString(), result.Last.Detail, context.ToString(), $"{secret}"])
        {
            Assert.DoesNotContain(Secret, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("other-secret-value", text, StringComparison.OrdinalIgnoreCase);
        }
        Assert.Equal("cannot log in with ***", message.Title);
        Assert.DoesNotContain(result.Last.Detail, char.IsControl);
    }

    [Fact]
    public async Task Secret_InFieldsLinksOrMarkup_IsMasked()
    {
        const string Odd = "pa*s_[s]`wo*rd-1";
        folder.Write("db/password", Odd);
        var context = Context(Pod);
        _ = context.Secret("db", "password");
        await using var notifier = new RecordingNotifier();
        var message = context.Compose("t", $"**x** {MarkupText.Escape(Odd)} `{MarkupText.Escape(Odd)}`") with
        {
            Format = BodyFormat.Markup,
            Fields = [new(Odd, $"is {Odd}"), new("long", $"is\n{Odd}", IsShort: false)],
            Links = [new(Odd, $"https://x.example/?k={Uri.EscapeDataString(Odd)}")],
        };

        await notifier.NotifyAsync(message, context, TestContext.Current.CancellationToken);

        var body = Assert.Single(notifier.Sent).Body;
        Assert.DoesNotContain("wo*rd", body);
        Assert.DoesNotContain("wo%2Ard", body);
        Assert.StartsWith("x *** ***\n\n***: is ***\nlong: is\n***\n", body);
        Assert.Contains("\n***: https://x.example/?k=***", body);
    }

    private TaskContext Context(Dictionary<string, string> variables, PodOptions? options = null) =>
        TaskContext.From(
            PodEnvironment.Read(name => variables.GetValueOrDefault(name)),
            (options ?? new PodOptions()) with
            {
                SecretsPrefix = prefix,
                SecretsDirectory = folder.Path,
            }
        );

    private sealed class Variable : IDisposable
    {
        private readonly string name;

        public Variable(string name, string value)
        {
            this.name = name;
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(name, null);
    }
}
