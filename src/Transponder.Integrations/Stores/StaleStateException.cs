namespace Transponder.Integrations.Stores;

/// <summary>Undoes a transaction whose decisions rest on a state that is no longer the stored one. Never leaves a store.</summary>
internal sealed class StaleStateException() : Exception("The stored state has changed since it was loaded.");
