using System.CommandLine;

namespace Transponder.Server.Commands.Terminal;

/// <summary>The options of lists: how many, and from where on.</summary>
internal sealed class PagingOptions
{
    private const uint LargestPage = 1000;

    private readonly Option<uint> limit = new("--limit", "-n")
    {
        Description = "How many at most; 0 = all.",
        DefaultValueFactory = _ => 50,
        HelpName = "COUNT",
    };

    private readonly Option<string> token = new("--token") { Description = "Where to go on, as the list before said.", HelpName = "TOKEN" };

    public PagingOptions(Command command)
    {
        command.Options.Add(limit);
        command.Options.Add(token);
    }

    public string Token(ParseResult arguments) => arguments.GetValue(token) ?? "";

    /// <summary>Reads pages until there are enough, and says where the next list would go on.</summary>
    /// <param name="call">The command's run.</param>
    /// <param name="page">Reads a page from a limit and a token; answers how many came, and the next token.</param>
    /// <param name="end">Shows what was read.</param>
    public async Task ReadAsync(ServerCall call, Func<uint, string, Task<(int Count, string Token)>> page, Action end)
    {
        var wanted = call.Arguments.GetValue(limit) is var asked && asked == 0 ? long.MaxValue : asked;
        var next = Token(call.Arguments);
        do
        {
            var (count, following) = await page((uint)Math.Min(wanted, LargestPage), next);
            wanted -= count;
            next = following;
        } while (wanted > 0 && next.Length > 0);

        end();
        if (next.Length > 0)
            call.Screen.Remark($"there are more: --token {next} goes on, --limit 0 lists all");
    }
}
