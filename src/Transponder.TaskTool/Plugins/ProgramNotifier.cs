using System.Text;
using Transponder.Notifiers;
using Transponder.Notifiers.Channels.Webhook;
using Transponder.TaskTool.Processes;

namespace Transponder.TaskTool.Plugins;

/// <summary>
/// Gives each message to a program of its own: the JSON that a webhook gets, on its standard input; what it says on its standard output, or its exit
/// code, is the result. A program that takes too long is killed with all that it started.
/// </summary>
internal sealed class ProgramNotifier(ProgramOptions options) : Notifier
{
    private const int LongestAnswer = 64 * 1024;

    public override string Type => "exec";

    public override TimeSpan Timeout => options.Timeout;

    protected internal override bool ShowsExecution => true;

    protected internal override bool ShowsParts => true;

    protected override async Task<DeliveryResult> AttemptAsync(Message message, CancellationToken cancellationToken)
    {
        using var input = new Pipe();
        using var output = new Pipe();
        using var errors = new Pipe();
        var child = Reaper.Own.Start(
            new Spawning([Encoding.UTF8.GetBytes(options.Program), .. options.Arguments.Select(Encoding.UTF8.GetBytes)])
            {
                Descriptors = [(Pipe.Number(input.Out), 0), (Pipe.Number(output.In), 1), (Pipe.Number(errors.In), 2)],
                InOwnGroup = true,
            }
        );
        input.Out.Dispose();
        output.In.Dispose();
        errors.In.Dispose();
        try
        {
            // Reads of pipes cannot be cancelled; once the group is dead they end by themselves.
            var answer = Task.Run(() => Read(output), CancellationToken.None);
            var said = Task.Run(() => Read(errors), CancellationToken.None);
            await Task.Run(() => Write(input, WebhookPayload.Write(message)), CancellationToken.None)
                .WaitAsync(cancellationToken)
                .ConfigureAwait(false);
            var ended = await child.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
            var (result, problem) = (
                await answer.WaitAsync(cancellationToken).ConfigureAwait(false),
                await said.WaitAsync(cancellationToken).ConfigureAwait(false)
            );
            return ProgramAnswer.Of(ended, result, problem);
        }
        finally
        {
            child.SignalGroup(Signals.Kill);
        }
    }

    private static void Write(Pipe pipe, byte[] message)
    {
        try
        {
            using var stream = new FileStream(pipe.In, FileAccess.Write, bufferSize: 0);
            stream.Write(message);
        }
        catch (IOException)
        {
            // A program may answer without having read everything; its answer tells.
        }
    }

    private static string Read(Pipe pipe)
    {
        var buffer = new byte[LongestAnswer];
        var length = 0;
        try
        {
            using var stream = new FileStream(pipe.Out, FileAccess.Read, bufferSize: 0);
            length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (IOException)
        {
            // A pipe that breaks has no answer in it.
        }
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
