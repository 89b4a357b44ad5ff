using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa;

/// <summary>Changes of the data: <c>PUT</c>, <c>PATCH</c> and <c>DELETE</c> on <c>/v1/data</c>.</summary>
internal sealed class DataWrites(OpaRoom room)
{
    public async ValueTask PutAsync(HttpContext http, string path)
    {
        var metrics = new DecisionMetrics();
        var value = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.Document);
        metrics.Parsed();
        var written = await room.Policies.PutDataAsync(OpaPath.Parse(path), value, http.Request.Headers.IfNoneMatch == "*");
        await AnswerAsync(http, written ? StatusCodes.Status204NoContent : StatusCodes.Status304NotModified, metrics);
    }

    public async ValueTask PatchAsync(HttpContext http, string path)
    {
        var metrics = new DecisionMetrics();
        var patch = await OpaBody.ReadAsync(http, room.Options.MaxRequestBytes, room.Inputs.Document);
        metrics.Parsed();
        await room.Policies.PatchDataAsync(Moves(OpaPath.Parse(path), patch));
        await AnswerAsync(http, StatusCodes.Status204NoContent, metrics);
    }

    public async ValueTask DeleteAsync(HttpContext http, string path)
    {
        var metrics = new DecisionMetrics();
        await room.Policies.DeleteDataAsync(OpaPath.Parse(path));
        await AnswerAsync(http, StatusCodes.Status204NoContent, metrics);
    }

    private static ValueTask AnswerAsync(HttpContext http, int status, DecisionMetrics metrics)
    {
        if (!OpaParameters.Read(http.Request).Metrics || status == StatusCodes.Status304NotModified)
        {
            http.Response.StatusCode = status;
            return ValueTask.CompletedTask;
        }

        metrics.Evaluated(TimeSpan.Zero);
        return OpaReply.WriteAsync(http, StatusCodes.Status200OK, false, metrics, static (writer, m) =>
        {
            writer.WriteStartObject();
            m.Write(writer);
            writer.WriteEndObject();
        });
    }

    private static List<(DataMove, ImmutableArray<string>, Value?)> Moves(ImmutableArray<string> root, Value patch)
    {
        if (patch is not ArrayValue steps)
        {
            throw OpaProblem.Invalid("expected a JSON patch: an array of operations");
        }

        var moves = new List<(DataMove, ImmutableArray<string>, Value?)>();
        foreach (var step in steps)
        {
            var fields = step as ObjectValue ?? throw OpaProblem.Invalid("expected a JSON patch: each operation is an object");
            var name = DataTree.TextMember(fields, "op") ?? "";
            var move = name switch
            {
                "add" => DataMove.Add,
                "remove" => DataMove.Remove,
                "replace" => DataMove.Replace,
                _ => throw OpaProblem.Invalid($"bad patch operation: {name}"),
            };
            var pointer = DataTree.TextMember(fields, "path") ?? throw OpaProblem.Invalid("bad patch path: ");
            var value = fields.Get("value");
            moves.Add((move, [.. root, .. OpaPath.ParsePointer(pointer)], move == DataMove.Remove ? null : value ?? NullValue.Instance));
        }

        return moves;
    }
}
