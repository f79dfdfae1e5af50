namespace Transponder.Core.Egress.Lanes;

/// <summary>One call of a sink, that ends in time and whatever happens with a result for each message.</summary>
internal static class SinkAttempt
{
    public static async Task<IReadOnlyList<PublishResult>> PublishAsync(
        SinkRoute route,
        PublishCall call,
        EgressEnvironment environment,
        CancellationToken cutting
    )
    {
        var (count, longest) = (call.Entries.Count, environment.Options.PublishTimeout);
        using var patience = new CancellationTokenSource(longest, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cutting);
        try
        {
            var results = await route.Sink.PublishAsync(call.Records(), either.Token).ConfigureAwait(false);
            return results.Count == count
                ? results
                : PublishResult.AllFailed(count, "a defect of the sink: it did not answer for every event");
        }
        catch (OperationCanceledException)
        {
            return PublishResult.AllFailed(count, patience.IsCancellationRequested ? $"no answer within {longest}" : "cut off");
        }
        catch (Exception error)
        {
            EgressLog.Unexpected(environment.Log, error, "a call", route.Name, TimeSpan.FromSeconds(1));
            return PublishResult.AllFailed(count, $"a defect of the sink ({error.GetType().Name})");
        }
    }
}
