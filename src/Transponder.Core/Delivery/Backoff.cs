namespace Transponder.Core.Delivery;

/// <summary>The waits of a loop whose store fails: from a fifth of a second to five seconds.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private TimeSpan next = First;

    public TimeSpan Next()
    {
        var wait = next;
        next = next * 2 < Longest ? next * 2 : Longest;
        return wait;
    }

    public void Reset() => next = First;
}
