using Reeve.Languages.Rego;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Documents;

/// <summary>The language's errors as the service tells them.</summary>
internal static class OpaErrors
{
    public const string OfModules = "error(s) occurred while compiling module(s)";

    public const string OfParsing = "error(s) occurred while parsing query";

    public const string OfQuery = "error(s) occurred while compiling query";

    // OPA stops counting there
    private const int Most = 10;

    /// <summary>The errors; with the <paramref name="text"/> they were found in those of the parser show the line.</summary>
    public static IReadOnlyList<OpaError> From(IReadOnlyList<RegoError> errors, string? text = null)
    {
        var told = errors.Take(Most).Select(e => text is null ? From(e) : From(e) with { Place = RegoErrorPlace.Of(e, text) }).ToList();
        if (errors.Count > Most)
        {
            told.Add(new OpaError(RegoError.CompileError, "error limit reached", null, 0, 0));
        }

        return told;
    }

    public static OpaError From(RegoError error) =>
        new(error.Code, error.Message, error.Row == 0 ? null : error.File, error.Row, error.Column);
}
