using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Decisions;

/// <summary>One decision on its way into the log.</summary>
internal sealed class DecisionRecord(OpaRoom room, OpaSnapshot snapshot, HttpContext http)
{
    /// <summary>Names the decision; null when none is logged.</summary>
    public string? Id { get; } = room.Log is null ? null : NewId();

    public OpaSnapshot Snapshot => snapshot;

    /// <summary>The document that was asked for, as in the URL; null for a query.</summary>
    public string? Path { get; init; }

    public string? Query { get; init; }

    public Value? Input { get; init; }

    public DecisionMetrics? Metrics { get; init; }

    public DateTimeOffset At { get; } = room.Time.GetUtcNow();

    public HttpContext Http => http;

    /// <summary>A random name in the form of a UUID.</summary>
    public static string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>Decides; a decision that cannot be made is logged too.</summary>
    public T Decide<T>(Func<T> decide)
    {
        try
        {
            return decide();
        }
        catch (OpaProblem problem)
        {
            Log(null, problem);
            throw;
        }
    }

    public void Log(Value? result, OpaProblem? problem) => room.Log?.Take(this, result, problem);
}
