namespace Reeve.TestKit;

/// <summary>What the HTTP sink answers.</summary>
public sealed record HttpReply
{
    /// <summary>200 with an empty body.</summary>
    public static HttpReply Ok { get; } = new();

    /// <summary>Takes the request and never answers it.</summary>
    public static HttpReply Never { get; } = new() { Silent = true };

    /// <summary>Takes the request and then cuts the connection.</summary>
    public static HttpReply CutOff { get; } = new() { Cut = true };

    /// <summary>The status; 200 by default.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The body; empty by default.</summary>
    public string Body { get; init; } = "";

    /// <summary>The body when it is no text; null, the default: <see cref="Body"/>.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>Headers in addition to those that HTTP itself wants; none by default.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Real time that passes before the answer; none by default.</summary>
    public TimeSpan Delay { get; init; }

    internal bool Silent { get; private init; }

    internal bool Cut { get; private init; }

    /// <summary>A status with a body, or with none.</summary>
    public static HttpReply With(int status, string body = "") => new() { Status = status, Body = body };
}
