using Microsoft.AspNetCore.Http;

namespace Reeve.Server.Opa.Http;

/// <summary>The parameters of a request that change what is answered beside the decision.</summary>
internal readonly record struct OpaParameters
{
    public bool Pretty { get; init; }

    public bool Metrics { get; init; }

    public bool Instrument { get; init; }

    public bool Provenance { get; init; }

    public bool Strict { get; init; }

    /// <summary><c>notes</c>, <c>fails</c>, <c>full</c> or <c>debug</c>; null for none.</summary>
    public string? Explain { get; init; }

    public bool WantsMetrics => Metrics || Instrument;

    public static OpaParameters Read(HttpRequest request)
    {
        if (!request.QueryString.HasValue)
        {
            return default;
        }

        var query = request.Query;
        return new OpaParameters
        {
            Pretty = Flag(query, "pretty"),
            Metrics = Flag(query, "metrics"),
            Instrument = Flag(query, "instrument"),
            Provenance = Flag(query, "provenance"),
            Strict = Flag(query, "strict-builtin-errors"),
            Explain = query["explain"].FirstOrDefault(e => e is "notes" or "fails" or "full" or "debug"),
        };
    }

    /// <summary>A flag: there without a value, or with <c>true</c>.</summary>
    public static bool Flag(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var values)
        && (values is [null or ""] || values.Any(v => string.Equals(v, "true", StringComparison.OrdinalIgnoreCase)));
}
