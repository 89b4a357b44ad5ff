using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>Decisions: <c>/v1/data</c>, <c>/v0/data</c>, <c>POST /</c>.</summary>
internal sealed class DataOperations(OpaRoom room)
{
    private const string InputMissing = "'input' key missing from the request";

    /// <summary><c>POST /v1/data/PATH</c> with the input in an envelope.</summary>
    public async ValueTask PostAsync(HttpContext http, string path)
    {
        var parameters = OpaParameters.Read(http.Request);
        var question = Question.Of(parameters, room.Log is not null);
        Value? input;
        if (DecisionInput.IsYaml(http.Request))
        {
            input = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.YamlEnvelope);
        }
        else
        {
            input = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.Envelope);
        }

        await DecideAsync(http, path, input, input is null, parameters, question);
    }

    /// <summary><c>GET /v1/data/PATH?input=</c>.</summary>
    public ValueTask GetAsync(HttpContext http, string path)
    {
        var parameters = OpaParameters.Read(http.Request);
        var question = Question.Of(parameters, room.Log is not null);
        var text = http.Request.Query["input"];
        var input = text.Count == 0 ? null : room.Inputs.Parameter(text[^1] ?? "");
        return DecideAsync(http, path, input, warn: false, parameters, question);
    }

    /// <summary><c>POST /v0/data/PATH</c> and <c>POST /</c>: the body is the input, the answer the bare decision.</summary>
    public async ValueTask PostBareAsync(HttpContext http, string path)
    {
        var parameters = OpaParameters.Read(http.Request);
        var question = Question.Of(parameters, room.Log is not null);
        var input = DecisionInput.IsYaml(http.Request)
            ? await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.BareYaml)
            : await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.Bare);
        question.Metrics?.Parsed();
        var snapshot = room.Policies.Current;
        var record = new DecisionRecord(room, snapshot, http) { Path = path, Input = input, Metrics = question.Metrics };
        var result = record.Decide(() => room.Decider.Document(snapshot, path, input, question, http.RequestAborted));
        if (result is null)
        {
            var problem = Undefined(snapshot, path);
            record.Log(null, problem);
            throw problem;
        }

        record.Log(result, null);
        await OpaReply.WriteAsync(
            http, StatusCodes.Status200OK, parameters.Pretty, result, static (writer, value) => ValueJson.Write(writer, value));
    }

    private async ValueTask DecideAsync(
        HttpContext http, string path, Value? input, bool warn, OpaParameters parameters, Question question)
    {
        question.Metrics?.Parsed();
        var snapshot = room.Policies.Current;
        if (room.Log is null && !http.Request.QueryString.HasValue)
        {
            // the plain way: nothing is made beside the decision
            var plain = room.Decider.Document(snapshot, path, input, question, http.RequestAborted);
            await OpaReply.WriteAsync(http, StatusCodes.Status200OK, false, (Result: plain, Warn: warn), static (writer, reply) =>
            {
                writer.WriteStartObject();
                WriteResult(writer, reply.Result, reply.Warn);
                writer.WriteEndObject();
            });
            return;
        }

        var record = new DecisionRecord(room, snapshot, http) { Path = path, Input = input, Metrics = question.Metrics };
        var result = record.Decide(() => room.Decider.Document(snapshot, path, input, question, http.RequestAborted));
        record.Log(result, null);
        await OpaReply.WriteAsync(
            http, StatusCodes.Status200OK, parameters.Pretty, (record, result, warn, parameters, question),
            static (writer, reply) => WriteReply(writer, reply.record, reply.result, reply.warn, reply.parameters, reply.question));
    }

    private static void WriteReply(
        Utf8JsonWriter writer, DecisionRecord record, Value? result, bool warn, OpaParameters parameters, Question question)
    {
        writer.WriteStartObject();
        if (parameters.Provenance)
        {
            Provenance.Write(writer, record.Snapshot);
        }

        if (parameters.WantsMetrics)
        {
            question.Metrics!.Write(writer);
        }

        WriteResult(writer, result, warn);
        if (record.Id is { } id)
        {
            writer.WriteString("decision_id", id);
        }

        if (parameters.Explain is { } mode && (result is not null || mode == "full"))
        {
            question.Trace!.Write(writer, mode, parameters.Pretty);
        }

        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, Value? result, bool warn)
    {
        if (result is not null)
        {
            writer.WritePropertyName("result");
            ValueJson.Write(writer, result);
        }

        if (warn)
        {
            writer.WriteStartObject("warning");
            writer.WriteString("code", "api_usage_warning");
            writer.WriteString("message", InputMissing);
            writer.WriteEndObject();
        }
    }

    private static OpaProblem Undefined(OpaSnapshot snapshot, string path)
    {
        var parts = OpaPath.Parse(path);
        var hasRules = snapshot.Policies.Values.Any(p => OpaProgram.IsAt(p.Module, parts));
        var what = hasRules ? "document undefined" : "document missing";
        return new OpaProblem(
            StatusCodes.Status404NotFound, "undefined_document", $"{what}: {string.Join('.', parts.Prepend("data"))}");
    }
}
