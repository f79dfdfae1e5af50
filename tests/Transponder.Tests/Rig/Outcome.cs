using Transponder.Notifiers;
using Xunit.Sdk;

namespace Transponder.Tests.Rig;

/// <summary>What a delivery came to.</summary>
public static class Outcome
{
    /// <summary>The result, if it is of that kind; a failure says which it is instead, and why.</summary>
    public static T Is<T>(DeliveryResult? result)
        where T : DeliveryResult =>
        result as T
        ?? throw new XunitException($"The delivery came to something else than {typeof(T).Name}: {result?.ToString() ?? "nothing"}");
}
