using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego;

namespace Reeve.Server.Opa.Http;

/// <summary>Why a request is answered with an error, in OPA's words.</summary>
internal sealed class OpaProblem : Exception
{
    public OpaProblem(int status, string code, string message, IReadOnlyList<OpaError>? errors = null)
        : base(message)
    {
        Status = status;
        Code = code;
        Errors = errors ?? [];
    }

    public int Status { get; }

    public string Code { get; }

    public IReadOnlyList<OpaError> Errors { get; }

    public static OpaProblem Invalid(string message, IReadOnlyList<OpaError>? errors = null) =>
        new(StatusCodes.Status400BadRequest, "invalid_parameter", message, errors);

    public static OpaProblem NotFound(string message) => new(StatusCodes.Status404NotFound, "resource_not_found", message);

    public static OpaProblem Conflict(string message) => new(StatusCodes.Status404NotFound, "resource_conflict", message);

    /// <summary>A decision could not be made.</summary>
    public static OpaProblem Evaluation(OpaError error) =>
        new(StatusCodes.Status500InternalServerError, "internal_error", "error(s) occurred while evaluating query", [error]);
}

/// <summary>One error within a problem.</summary>
/// <param name="Code">Such as <c>rego_unsafe_var_error</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="File">The id of the policy; empty for a query; null when no place is known.</param>
/// <param name="Row">From 1.</param>
/// <param name="Column">From 1.</param>
internal sealed record OpaError(string Code, string Message, string? File, int Row, int Column)
{
    /// <summary>The line that is not Rego; null for all other errors.</summary>
    public RegoErrorPlace? Place { get; init; }
}
