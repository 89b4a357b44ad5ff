using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>
/// <c>POST /v1/batch/data/PATH</c>: one question for many inputs, all answered from one snapshot. An answer that is an error stands
/// beside those that are none: 207 when there are both, 500 when all are errors.
/// </summary>
internal sealed class BatchOperations(OpaRoom room)
{
    public async ValueTask PostAsync(HttpContext http, string path)
    {
        var parameters = OpaParameters.Read(http.Request);
        var asked = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.Document);
        var inputs = asked is ObjectValue envelope && envelope.Get("inputs") is ObjectValue found
            ? found
            : throw OpaProblem.Invalid("expected an object `inputs` with an input for each id");
        var common = ((ObjectValue)asked).Get("common_input");
        var snapshot = room.Policies.Current;
        var batch = DecisionRecord.NewId();
        var answers = new List<Answer>();
        foreach (var (id, own) in inputs)
        {
            answers.Add(One(http, path, ((StringValue)id).Text, Merge(common, own), parameters, snapshot));
        }

        var failed = answers.Count(a => a.Problem is not null);
        var status = failed == 0 ? StatusCodes.Status200OK
            : failed == answers.Count ? StatusCodes.Status500InternalServerError : StatusCodes.Status207MultiStatus;
        await OpaReply.WriteAsync(http, status, parameters.Pretty, (batch, answers, failed), static (writer, reply) =>
        {
            writer.WriteStartObject();
            writer.WriteString("batch_decision_id", reply.batch);
            writer.WriteStartObject("responses");
            foreach (var answer in reply.answers)
            {
                writer.WriteStartObject(answer.Id);
                writer.WriteString("decision_id", answer.DecisionId);
                if (reply.failed > 0 && reply.failed < reply.answers.Count)
                {
                    writer.WriteString("http_status_code", answer.Problem is null ? "200" : "500");
                }

                if (answer.Problem is { } problem)
                {
                    writer.WriteString("code", problem.Code);
                    writer.WriteString("message", problem.Message);
                    OpaReply.WriteErrors(writer, problem.Errors);
                }
                else if (answer.Result is { } result)
                {
                    writer.WritePropertyName("result");
                    ValueJson.Write(writer, result);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private Answer One(
        HttpContext http, string path, string id, Value? input, OpaParameters parameters, OpaSnapshot snapshot)
    {
        var question = Question.Of(parameters with { Explain = null }, room.Log is not null);
        question.Metrics?.Parsed();
        var record = new DecisionRecord(room, snapshot, http) { Path = path, Input = input, Metrics = question.Metrics };
        var decision = record.Id ?? DecisionRecord.NewId();
        try
        {
            var result = record.Decide(() => room.Decider.Document(snapshot, path, input, question, http.RequestAborted));
            record.Log(result, null);
            return new Answer(id, decision, result, null);
        }
        catch (OpaProblem problem) when (problem.Status >= StatusCodes.Status500InternalServerError)
        {
            return new Answer(id, decision, null, problem);
        }
    }

    // what an input says of its own goes before what is said of all
    private static Value? Merge(Value? common, Value own) =>
        common is ObjectValue all && own is ObjectValue some
            ? ObjectValue.Of(all.Concat(some))
            : own is NullValue ? common : own;

    private sealed record Answer(string Id, string DecisionId, Value? Result, OpaProblem? Problem);
}
