using System.Diagnostics;
using Xunit.Sdk;

namespace Transponder.Tests.Rig;

/// <summary>Polls for something that happens on its own time; fails, saying what it waited for, when the deadline passes.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until the condition holds.</summary>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? deadline = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, deadline);

    /// <summary>Waits until the condition holds.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? deadline = null) =>
        NotNullAsync(async () => await condition() ? string.Empty : null, what, deadline);

    /// <summary>Waits for a value.</summary>
    public static async Task<T> NotNullAsync<T>(Func<Task<T?>> read, string what, TimeSpan? deadline = null)
        where T : class
    {
        var limit = deadline ?? DefaultDeadline;
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (await read() is { } value)
                return value;
            if (clock.Elapsed > limit)
                throw new XunitException($"Waited {limit.TotalSeconds:0.#} s in vain for: {what}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Waits until the assertions pass; at the deadline their last failure is the test's.</summary>
    public static async Task PassesAsync(Func<Task> assertions, TimeSpan? deadline = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await assertions();
                return;
            }
            catch (XunitException) when (clock.Elapsed < (deadline ?? DefaultDeadline))
            {
                await Task.Delay(Pause);
            }
        }
    }
}
