using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Transponder.Tests.Server.Wire;

/// <summary>Keeps what a server logs at error level and above.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> entries = new();

    public IReadOnlyCollection<string> Entries => entries;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        if (IsEnabled(logLevel))
        {
            entries.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose() { }
}
