namespace Transponder.Core.Store;

/// <summary>A failure of the database, classified by what the caller can do.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="failure">Its class.</param>
    /// <param name="message">What happened, for people; without secrets.</param>
    /// <param name="inner">The driver's exception, for the log.</param>
    public StoreException(StoreFailure failure, string message, Exception? inner = null)
        : base(message, inner)
    {
        Failure = failure;
    }

    /// <summary>Its class.</summary>
    public StoreFailure Failure { get; }
}

/// <summary>What a caller can do about a failed call.</summary>
public enum StoreFailure
{
    /// <summary>The database cannot be reached, is full or read-only: nothing was stored; try later.</summary>
    Unavailable,

    /// <summary>The connection broke during COMMIT: stored or not, the caller must ask again.</summary>
    Unknown,

    /// <summary>Some value in the batch is not storable: nothing was stored; repeating the rest without it succeeds.</summary>
    BadData,
}
