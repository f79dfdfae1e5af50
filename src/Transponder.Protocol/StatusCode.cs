namespace Transponder.Protocol;

/// <summary>gRPC's status codes (grpc/grpc, doc/statuscodes.md).</summary>
public enum StatusCode
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>The caller went away or withdrew the call.</summary>
    Cancelled = 1,

    /// <summary>Never sent by this product: flytekit takes it for an expired token.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed; the effect may have happened.</summary>
    DeadlineExceeded = 4,

    /// <summary>There is no such entity.</summary>
    NotFound = 5,

    /// <summary>There is such an entity already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known but may not.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or size limit is exceeded.</summary>
    ResourceExhausted = 8,

    /// <summary>The system's state forbids the operation.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict ended the operation.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method is not built.</summary>
    Unimplemented = 12,

    /// <summary>A bug or a broken invariant.</summary>
    Internal = 13,

    /// <summary>Not now; the same call may succeed later.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged for good.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
