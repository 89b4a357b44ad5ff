using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>Queries of which a part is not known yet: <c>/v1/compile</c>.</summary>
internal sealed class CompileOperations(OpaRoom room)
{
    public async ValueTask PostAsync(HttpContext http)
    {
        var asked = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.Document);
        var fields = asked as ObjectValue ?? throw OpaProblem.Invalid("error(s) occurred while decoding request: expected an object");
        var query = DataTree.TextMember(fields, "query") is { Length: > 0 } text
            ? text : throw OpaProblem.Invalid("missing required 'query' value");
        var input = fields.Get("input") is { } given and not NullValue ? given : null;
        var parameters = OpaParameters.Read(http.Request);
        var question = Question.Of(parameters, logged: false);
        question.Metrics?.Parsed();
        var left = room.Decider.Partial(room.Policies.Current, query, input, Unknowns(fields), question, http.RequestAborted);
        await OpaReply.WriteAsync(
            http, StatusCodes.Status200OK, parameters.Pretty, (left, parameters, question), static (writer, reply) =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("result");
                if (reply.left.Queries.Count > 0)
                {
                    writer.WriteStartArray("queries");
                    foreach (var one in reply.left.Queries)
                    {
                        AstJson.Write(writer, one.Body);
                    }

                    writer.WriteEndArray();
                }

                if (reply.left.Support.Count > 0)
                {
                    writer.WriteStartArray("support");
                    foreach (var module in reply.left.Support)
                    {
                        AstJson.Write(writer, module.Module);
                    }

                    writer.WriteEndArray();
                }

                writer.WriteEndObject();
                if (reply.parameters.WantsMetrics)
                {
                    reply.question.Metrics!.Write(writer);
                }

                writer.WriteEndObject();
            });
    }

    // the input, unless it says otherwise
    private static IReadOnlyList<string> Unknowns(ObjectValue fields) => fields.Get("unknowns") switch
    {
        null or NullValue => ["input"],
        ArrayValue array when array.All(u => u is StringValue) => [.. array.Select(u => ((StringValue)u).Text)],
        _ => throw OpaProblem.Invalid("error(s) occurred while decoding request: expected an array of texts in 'unknowns'"),
    };
}
