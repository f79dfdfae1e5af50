namespace Transponder.Server.Services;

/// <summary>Wakes those who follow the log after a call that may have told of a change.</summary>
/// <param name="wake">Costs next to nothing when nobody follows.</param>
internal sealed class ChangeSignal(Action wake)
{
    /// <summary>The answer of a call, once those who follow the log are awake.</summary>
    public async Task<T> ToldAsync<T>(Task<T> call)
    {
        var answer = await call;
        wake();
        return answer;
    }
}
