namespace Reeve.Core.Errors;

/// <summary>The one catalogue of stable error codes; HTTP problems and the command line show the same.</summary>
public static class ErrorCodes
{
    /// <summary>The text is not YAML or JSON.</summary>
    public const string MalformedText = "malformed-text";

    /// <summary>The text is not UTF-8.</summary>
    public const string NotUtf8 = "not-utf8";

    /// <summary>A document is larger, deeper or longer than allowed.</summary>
    public const string TooLarge = "too-large";

    /// <summary>No kind has this name.</summary>
    public const string UnknownKind = "unknown-kind";

    /// <summary>No field has this name.</summary>
    public const string UnknownField = "unknown-field";

    /// <summary>A field that must be there is absent.</summary>
    public const string MissingField = "missing-field";

    /// <summary>A value has the wrong type.</summary>
    public const string WrongType = "wrong-type";

    /// <summary>A value has the right type and is not allowed.</summary>
    public const string NotAllowed = "not-allowed";

    /// <summary>A name refers to nothing.</summary>
    public const string NotFound = "not-found";

    /// <summary>It cannot go or change while something uses it.</summary>
    public const string InUse = "in-use";

    /// <summary>Somebody else changed it first.</summary>
    public const string Conflict = "conflict";

    /// <summary>Two documents have the same kind and name.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>Another execution works on the target.</summary>
    public const string Overlap = "overlap";

    /// <summary>A policy said no to the operation.</summary>
    public const string Refused = "refused";

    /// <summary>The queue is full; try again later.</summary>
    public const string QueueFull = "queue-full";

    /// <summary>Too many requests in too short a time; try again later.</summary>
    public const string RateLimited = "rate-limited";

    /// <summary>An idempotency key was used before, for something else.</summary>
    public const string KeyReused = "key-reused";

    /// <summary>Objects and lists are nested too deeply.</summary>
    public const string TooDeep = "too-deep";

    /// <summary>The store is away or the process is stopping; try again later.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>A time is too far from now.</summary>
    public const string AbsurdTime = "absurd-time";

    /// <summary>The address is there, and not for this method.</summary>
    public const string MethodNotAllowed = "method-not-allowed";

    /// <summary>The body is of a type that is not read there.</summary>
    public const string UnsupportedMedia = "unsupported-media";

    /// <summary>It is not known who calls: no token was sent, or one that is not good.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>The caller may not do that, or not from where it is.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>A bug in Reeve.</summary>
    public const string Internal = "internal";
}
