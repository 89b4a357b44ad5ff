using Microsoft.AspNetCore.Http;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Documents;
using Reeve.Server.Opa.Http;

namespace Reeve.Server.Opa.Decisions;

/// <summary>Reads what requests bring. The functions are made once, so that a request makes none.</summary>
internal sealed class DecisionInput
{
    public DecisionInput(OpaOptions options)
    {
        Limits = new ValueLimits { Depth = options.MaxDepth };
        Envelope = ReadEnvelope;
        YamlEnvelope = bytes => InputOf(ReadYaml(bytes));
        Bare = bytes => IsBlank(bytes) ? NullValue.Instance : Read(bytes, "unexpected parse error for input: ");
        BareYaml = bytes => ReadYaml(bytes) ?? NullValue.Instance;
        Document = bytes => Read(bytes, "");
    }

    public ValueLimits Limits { get; }

    /// <summary>The input in an object's member <c>input</c>; null when there is none, or it is null.</summary>
    public ReadOnlySpanFunc<Value?> Envelope { get; }

    public ReadOnlySpanFunc<Value?> YamlEnvelope { get; }

    /// <summary>The body is the input.</summary>
    public ReadOnlySpanFunc<Value> Bare { get; }

    public ReadOnlySpanFunc<Value> BareYaml { get; }

    /// <summary>The body is a JSON value.</summary>
    public ReadOnlySpanFunc<Value> Document { get; }

    // there is no agreed type for YAML, so all that name it count
    public static bool IsYaml(HttpRequest request) =>
        request.ContentType is { } type && type.Contains("yaml", StringComparison.OrdinalIgnoreCase);

    /// <summary>The input in a parameter of the query.</summary>
    public Value? Parameter(string text)
    {
        var value = ValueJson.Read(text, Limits, out var problem)
            ?? throw OpaProblem.Invalid($"parameter contains malformed input document: {problem}");
        return value;
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.TrimStart(" \t\r\n"u8).IsEmpty;

    private Value? ReadEnvelope(ReadOnlySpan<byte> bytes)
    {
        if (IsBlank(bytes))
        {
            return null;
        }

        return InputOf(Read(bytes, "body contains malformed input document: "));
    }

    private static Value? InputOf(Value? envelope) => envelope switch
    {
        null or NullValue => null,
        ObjectValue fields => fields.Get("input") is var input and not NullValue ? input : null,
        _ => throw OpaProblem.Invalid("body contains malformed input document: expected an object with the member `input`"),
    };

    private Value Read(ReadOnlySpan<byte> bytes, string what) =>
        ValueJson.Read(bytes, Limits, out var problem) ?? throw OpaProblem.Invalid(what + problem);

    private Value? ReadYaml(ReadOnlySpan<byte> bytes)
    {
        if (IsBlank(bytes))
        {
            return null;
        }

        return ValueYaml.Read(bytes, Limits, out var problem)
            ?? throw OpaProblem.Invalid($"body contains malformed input document: {problem}");
    }
}
