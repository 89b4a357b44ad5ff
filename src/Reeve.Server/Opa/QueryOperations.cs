using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>Queries written by the caller: <c>/v1/query</c>.</summary>
internal sealed class QueryOperations(OpaRoom room)
{
    public ValueTask GetAsync(HttpContext http)
    {
        var text = http.Request.Query["q"];
        return text.Count == 0 ? throw OpaProblem.Invalid("missing parameter 'q'") : AnswerAsync(http, text[^1] ?? "", null);
    }

    public async ValueTask PostAsync(HttpContext http)
    {
        var asked = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.Document);
        var fields = asked as ObjectValue ?? throw OpaProblem.Invalid("error(s) occurred while decoding request: expected an object");
        var input = fields.Get("input");
        await AnswerAsync(http, DataTree.TextMember(fields, "query") ?? "", input is NullValue ? null : input);
    }

    private ValueTask AnswerAsync(HttpContext http, string query, Value? input)
    {
        var parameters = OpaParameters.Read(http.Request);
        var question = Question.Of(parameters, room.Log is not null);
        question.Metrics?.Parsed();
        var snapshot = room.Policies.Current;
        var record = new DecisionRecord(room, snapshot, http) { Query = query, Input = input, Metrics = question.Metrics };
        var rows = record.Decide(() => room.Decider.Query(snapshot, query, input, question, http.RequestAborted));
        record.Log(rows.Count == 0 ? null : RowsAsValue(rows), null);
        return OpaReply.WriteAsync(
            http, StatusCodes.Status200OK, parameters.Pretty, (rows, parameters, question), static (writer, reply) =>
            {
                writer.WriteStartObject();
                if (reply.parameters.Explain is { } mode)
                {
                    reply.question.Trace!.Write(writer, mode, reply.parameters.Pretty);
                }

                if (reply.parameters.WantsMetrics)
                {
                    reply.question.Metrics!.Write(writer);
                }

                WriteRows(writer, reply.rows);
                writer.WriteEndObject();
            });
    }

    private static void WriteRows(Utf8JsonWriter writer, IReadOnlyList<QueryRow> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("result");
        foreach (var row in rows)
        {
            writer.WriteStartObject();
            foreach (var (name, value) in row.Bindings)
            {
                writer.WritePropertyName(name);
                ValueJson.Write(writer, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Value RowsAsValue(IReadOnlyList<QueryRow> rows) =>
        DataTree.ArrayOf(rows.Select(row => (Value)DataTree.ObjectOf(row.Bindings)));
}
