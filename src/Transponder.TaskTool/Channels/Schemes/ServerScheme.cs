using Transponder.Notifiers;
using Transponder.Notifiers.Server;

namespace Transponder.TaskTool.Channels.Schemes;

/// <summary>A channel of a Transponder server, which delivers: named alone it is one of the server that the pod's environment names.</summary>
internal sealed class ServerScheme : ChannelScheme
{
    private static readonly SecretRef UsualToken = SecretRef.FromEnvironment("TRANSPONDER_TOKEN");

    public override IReadOnlyList<string> Names => ["transponder", "transponder+http"];

    public override string Form => "transponder+http://host:8088/channel, transponder:channel";

    public override IReadOnlyList<string> Options => ["token"];

    public override bool IsPlain(ChannelAddress address, ChannelSetting setting) => address.Scheme == "transponder+http";

    public override Notifier? Open(ChannelAddress address, ChannelSetting setting, out string? problem)
    {
        problem = null;
        var slash = address.Rest.IndexOf('/', StringComparison.Ordinal);
        var channel = Uri.UnescapeDataString(address.Rest[(slash + 1)..]);
        if (channel.Length == 0)
        {
            problem = "names no channel of the server: transponder://host/channel";
            return null;
        }
        var options =
            slash >= 0
                ? new ServerNotifierOptions
                {
                    Endpoint = $"{(address.Scheme == "transponder" ? "https" : "http")}://{address.Rest[..slash]}",
                    Channel = channel,
                    Token = Token(),
                }
                : ServerNotifierOptions.FromPod(channel);
        if (options is null)
        {
            problem = "names no server, and TRANSPONDER_ENDPOINT does not either: transponder://host/channel";
            return null;
        }
        if (address.Option("token") is { } written)
        {
            if (setting.Secret(written, $"{address.Shown}: token", out problem) is not { } token)
                return null;
            options = options with { Token = token };
        }
        return new ServerNotifier(options, setting.Pod.Time);
    }

    private static SecretRef? Token() =>
        UsualToken.TryResolve(out _, out _) ? UsualToken
        : File.Exists(ServerNotifierOptions.DefaultTokenFile) ? SecretRef.FromFile(ServerNotifierOptions.DefaultTokenFile)
        : null;
}
