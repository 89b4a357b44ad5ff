using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Decisions;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Logs;

/// <summary>A decision as it stands in the log.</summary>
internal sealed class LoggedDecision(OpaRoom room, DecisionRecord record, Value? result, OpaProblem? problem)
{
    public DecisionRecord Record => record;

    public Value? Input { get; set; } = record.Input;

    public Value? Result { get; set; } = result;

    /// <summary>Paths of what was taken out.</summary>
    public List<string> Erased { get; } = [];

    /// <summary>Paths of what was replaced.</summary>
    public List<string> Masked { get; } = [];

    private string? Path => record.Path is null ? null : string.Join('/', OpaPath.Parse(record.Path));

    /// <summary>As the input of the policies that mask and drop.</summary>
    public ObjectValue AsValue()
    {
        var fields = new List<KeyValuePair<string, Value>>
        {
            new("labels", DataTree.ObjectOf(room.Labels.Select(l => new KeyValuePair<string, Value>(l.Key, DataTree.Of(l.Value))))),
            new("decision_id", DataTree.Of(record.Id ?? "")),
            new("requested_by", DataTree.Of(RequestedBy)),
            new("timestamp", DataTree.Of(Timestamp)),
        };
        Add(fields, "path", Path is { } path ? DataTree.Of(path) : null);
        Add(fields, "query", record.Query is { } query ? DataTree.Of(query) : null);
        Add(fields, "input", Input);
        Add(fields, "result", Result);
        Add(fields, "error", problem is null ? null : DataTree.Of(problem.Message));
        return DataTree.ObjectOf(fields);
    }

    /// <summary>As one JSON object.</summary>
    public byte[] ToJson(ImmutableArray<string> headers)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, MaxDepth = 100_000 }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("labels");
            foreach (var (name, value) in room.Labels)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            writer.WriteString("decision_id", record.Id);
            Provenance.WriteBundles(writer, record.Snapshot);
            WriteIfThere(writer, "path", Path);
            WriteIfThere(writer, "query", record.Query);
            WriteIfThere(writer, "input", Input);
            WriteIfThere(writer, "result", Result);
            WriteList(writer, "erased", Erased);
            WriteList(writer, "masked", Masked);
            WriteError(writer);
            writer.WriteString("requested_by", RequestedBy);
            writer.WriteString("timestamp", Timestamp);
            record.Metrics?.Write(writer);
            WriteHeaders(writer, headers);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private string Timestamp => record.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    private string RequestedBy =>
        record.Http.Connection is { RemoteIpAddress: { } address } connection
            ? new System.Net.IPEndPoint(address, connection.RemotePort).ToString()
            : "";

    private void WriteError(Utf8JsonWriter writer)
    {
        if (problem is null)
        {
            return;
        }

        writer.WriteStartObject("error");
        writer.WriteString("code", problem.Code);
        writer.WriteString("message", problem.Message);
        if (problem.Errors.Count > 0)
        {
            OpaReply.WriteErrors(writer, problem.Errors);
        }

        writer.WriteEndObject();
    }

    private void WriteHeaders(Utf8JsonWriter writer, ImmutableArray<string> names)
    {
        var sent = names.Where(n => record.Http.Request.Headers.ContainsKey(n)).ToList();
        if (sent.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("request_context");
        writer.WriteStartObject("http");
        writer.WriteStartObject("headers");
        foreach (var name in sent)
        {
            writer.WriteStartArray(name);
            foreach (var value in record.Http.Request.Headers[name])
            {
                writer.WriteStringValue(value);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Add(List<KeyValuePair<string, Value>> fields, string name, Value? value)
    {
        if (value is not null)
        {
            fields.Add(new(name, value));
        }
    }

    private static void WriteIfThere(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteIfThere(Utf8JsonWriter writer, string name, Value? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            ValueJson.Write(writer, value);
        }
    }

    private static void WriteList(Utf8JsonWriter writer, string name, List<string> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        items.ForEach(writer.WriteStringValue);
        writer.WriteEndArray();
    }
}
