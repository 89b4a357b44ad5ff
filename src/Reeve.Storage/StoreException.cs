namespace Reeve.Storage;

/// <summary>
/// The store cannot do what was asked: it is away, held by another process, damaged or too new. The message is for people.
/// </summary>
public sealed class StoreException(string message, bool isTransient, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Can the same call work later, without anybody changing anything in Reeve?</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Was the store named in a way that can never be understood?</summary>
    public bool IsWrongAddress { get; init; }
}
