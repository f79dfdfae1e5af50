using Transponder.Client;
using Transponder.Protocol;

namespace Transponder.Server.Commands.Play;

/// <summary>
/// Sends as propeller does: five repetitions 100 ms apart, then again in the next round of its work, until patience ends. The same request goes
/// out each time.
/// </summary>
internal sealed class PropellerSender(AdminClient admin, PlayTally tally, PlayPace pace, TimeSpan patience, TimeProvider time)
{
    private const int Repetitions = 5;
    private const double Jitter = 0.1;
    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>The reply that decided; <see cref="Reply.Again"/> when patience ended first. A refusal's words go to the tally.</summary>
    public async Task<Reply> SendAsync(ScriptStep step, bool failing, CancellationToken cancellationToken)
    {
        var begin = time.GetTimestamp();
        for (var sent = 1; ; sent++)
        {
            await pace.WaitAsync(cancellationToken);
            var started = time.GetTimestamp();
            Reply reply;
            string words;
            try
            {
                await step.SendAsync(admin, cancellationToken);
                tally.Answered(step, StatusCode.Ok, time.GetElapsedTime(started));
                return Reply.Accepted;
            }
            catch (RpcException failure)
            {
                tally.Answered(step, failure.Code, time.GetElapsedTime(started));
                reply = PropellerReply.Judge(failure, failing);
                words = $"{step.Subject} {step.Phase}: {failure.Code}: {failure.Message}";
            }

            if (reply != Reply.Again || time.GetElapsedTime(begin) > patience)
            {
                if (reply is Reply.Refused or Reply.Again or Reply.Ended)
                    tally.Complain(words);
                return reply;
            }

            var pause = sent % (Repetitions + 1) == 0 ? Round : Backoff * (1 + (Jitter * ((Random.Shared.NextDouble() * 2) - 1)));
            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
