using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Transponder.Client;
using Transponder.Protocol;
using Transponder.Server.Commands.Terminal;
using Transponder.Server.Doctor;
using Transponder.V1;

namespace Transponder.Server.Commands.Doctor;

/// <summary><c>doctor</c>: everything that can be looked at, each with what to do. With a configuration it looks itself; a running server is asked.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Look at configuration, store, ports, clocks and channels, and at a running server; ends with 1 if something does not work."
        );
        var config = new ConfigOptions(command);
        var server = new ServerOptions(command);
        var output = new OutputOptions(command);
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                var screen = output.Open(arguments);
                try
                {
                    var findings = new List<Finding>();
                    if (config.IsGiven(arguments))
                        findings.AddRange(await LocalAsync(config, arguments, cancellationToken));
                    if (server.IsNamed(arguments) || !config.IsGiven(arguments))
                    {
                        using var client = server.Connect(arguments, screen);
                        findings.AddRange(await ServerAsync(client, server.Address(arguments), TimeProvider.System, cancellationToken));
                    }

                    Show(screen, findings);
                    return findings.Exists(finding => finding.Level == FindingLevel.Fail) ? ExitCode.Failed : ExitCode.Ok;
                }
                catch (UsageFailure failure)
                {
                    screen.Remark($"error: {failure.Message}");
                    return ExitCode.Usage;
                }
            }
        );
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> LocalAsync(
        ConfigOptions config,
        ParseResult arguments,
        CancellationToken cancellationToken
    )
    {
        var (result, isStrict) = config.Read(arguments);
        var findings = result
            .Problems.Select(problem =>
                problem.IsError || isStrict
                    ? Finding.Fail("config", problem.Key, problem.ToString(), "correct it: the server does not start with it")
                    : Finding.Warn("config", problem.Key, problem.ToString(), "correct it, or leave it if it is meant so")
            )
            .ToList();
        if (!result.IsValid(isStrict))
            return findings;
        if (findings.Count == 0)
            findings.Add(Finding.Ok("config", "", "no problem"));
        findings.AddRange(
            await new LocalCheckup(result.Options, NullLoggerFactory.Instance, TimeProvider.System).RunAsync(cancellationToken)
        );
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> ServerAsync(
        TransponderClient client,
        Uri address,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var status = await client.Operations.GetStatusAsync(cancellationToken);
            var skew = (status.Now.ToDateTimeOffset() - time.GetUtcNow()).Duration();
            return
            [
                Finding.Ok("server", address.Authority, $"version {status.Version}, up since {Moments.Text(status.StartedAt)}"),
                skew <= Skew
                    ? Finding.Ok("clock", "server", "within 2 s of this machine's")
                    : Finding.Warn(
                        "clock",
                        "server",
                        $"{skew.TotalSeconds:0.0} s away from this machine's",
                        "synchronise the clocks (NTP)"
                    ),
                .. status.Checks.Select(check => new Finding(
                    check.Area,
                    check.Subject,
                    check.Level == Check.Types.Level.Unspecified ? FindingLevel.Warn : (FindingLevel)(int)check.Level,
                    check.Text,
                    check.Advice
                )),
            ];
        }
        catch (RpcException failure)
        {
            return [Finding.Fail("server", address.Authority, $"{failure.Code}: {failure.Message}", Failures.Tell(failure, address).Text)];
        }
    }

    private static void Show(Screen screen, List<Finding> findings)
    {
        foreach (var finding in findings)
        {
            if (screen.IsJson)
            {
                screen.JsonLine(
                    new
                    {
                        finding.Area,
                        finding.Subject,
                        Level = finding.Level.ToString().ToLowerInvariant(),
                        finding.Text,
                        finding.Advice,
                    }
                );
                continue;
            }

            var (word, ink) = finding.Level switch
            {
                FindingLevel.Ok => ("ok  ", Ink.Good),
                FindingLevel.Warn => ("warn", Ink.Doubtful),
                _ => ("FAIL", Ink.Bad),
            };
            var what = finding.Subject.Length > 0 ? $"{finding.Area} {finding.Subject}" : finding.Area;
            var lines = Wrapped(screen, $"{what}: {finding.Text}");
            screen.Line(new Cell(word, ink), "  ", lines[0]);
            foreach (var line in lines.Skip(1))
                screen.Line("      ", line);
            foreach (var line in finding.Advice.Length > 0 ? Wrapped(screen, $"→ {finding.Advice}") : [])
                screen.Line("      ", line);
        }
    }

    private static IReadOnlyList<string> Wrapped(Screen screen, string text) =>
        screen.Width is { } width ? [.. PlainText.Wrap(PlainText.Line(text), width - 6)] : [PlainText.Line(text)];
}
