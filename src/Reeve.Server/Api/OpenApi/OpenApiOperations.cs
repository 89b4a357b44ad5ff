using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Server.Access;

namespace Reeve.Server.Api.OpenApi;

/// <summary><c>/openapi/v1.json</c>, and what it says of a query held against requests.</summary>
internal static class OpenApiOperations
{
    public static void Map(Routes routes) => routes.Get(
        "/openapi/v1.json", Needs.Nothing,
        call => JsonReply.WriteAsync(call.Http, StatusCodes.Status200OK, "application/json", OpenApiDocument.Current.Text));

    /// <summary>Throws an <see cref="ApiProblem"/> when the query has a parameter that is not there, or a value that is none.</summary>
    public static void Check(DescribedOperation operation, IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (!operation.Query.TryGetValue(name, out var allowed))
            {
                if (name is "tenant" or "project")
                {
                    continue;
                }

                var there = operation.Query.Keys.Order(StringComparer.Ordinal).ToList();
                var hint = DidYouMean.Hint(name, there);
                var others = hint.Length > 0 ? hint : there.Count > 0 ? $"; there are {Quote.List(there)}" : "";
                throw new ApiProblem(ErrorCodes.UnknownField, $"query: there is no parameter {Quote.Text(name)} here{others}");
            }

            if (allowed.Count > 0 && values.FirstOrDefault(v => v is { Length: > 0 } && !allowed.Contains(v)) is { } wrong)
            {
                throw new ApiProblem(
                    ErrorCodes.NotAllowed,
                    $"{name}: expected {Quote.List(allowed)}, found {Quote.Text(wrong)}{DidYouMean.Hint(wrong, allowed)}");
            }
        }
    }
}
