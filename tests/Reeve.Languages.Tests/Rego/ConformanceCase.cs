using System.Text;
using System.Text.Json;
using Reeve.Languages.Rego;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Tests.Rego;

/// <summary>One case of the shared corpus, and what becomes of it.</summary>
internal sealed class ConformanceCase(JsonElement source)
{
    public string Id => source.GetProperty("id").GetString()!;

    /// <summary>Null when the case passes, else what is wrong.</summary>
    public string? Run()
    {
        var modules = new List<RegoModule>();
        var errors = new List<RegoError>();
        foreach (var text in Items("modules"))
        {
            var parsed = RegoModule.Parse(text.GetString()!, $"m{modules.Count}", RegoVersion.V1);
            errors.AddRange(parsed.Errors);
            modules.AddRange(parsed.Module is null ? [] : [parsed.Module]);
        }

        if (errors.Count > 0)
        {
            return Failed(errors);
        }

        var compiled = RegoProgram.Compile(modules, new CompileOptions());
        if (compiled.Program is null)
        {
            return Failed(compiled.Errors);
        }

        var prepared = compiled.Program.Prepare(source.GetProperty("query").GetString()!);
        if (prepared.Query is null)
        {
            return Failed(prepared.Errors);
        }

        var outcome = prepared.Query.Evaluate(Input(), CancellationToken.None);
        if (outcome.Error is not null)
        {
            return Failed([outcome.Error]);
        }

        if (Text("want_error_code") is { } code)
        {
            return $"wanted {code}, got {Show(outcome)}";
        }

        if (Text("want_error") is not null)
        {
            return $"wanted an error, got {Show(outcome)}";
        }

        return Compare(outcome);
    }

    private string? Compare(QueryOutcome outcome)
    {
        if (source.TryGetProperty("want_defined", out var defined) && !source.TryGetProperty("want_result", out _))
        {
            return outcome.Rows.Count > 0 == defined.GetBoolean() ? null : $"wanted defined: {defined}, got {Show(outcome)}";
        }

        var sorts = source.TryGetProperty("sort_bindings", out var sort) && sort.GetBoolean();
        var wanted = Items("want_result").Select(row => Normal(row, sorts)).Order(StringComparer.Ordinal).ToList();
        var got = outcome.Rows.Select(row => Normal(Json(row), sorts)).Order(StringComparer.Ordinal).ToList();
        return wanted.SequenceEqual(got) ? null : $"wanted {string.Join(' ', wanted)}\n  got {string.Join(' ', got)}";
    }

    private EvaluationInput Input()
    {
        var input = source.TryGetProperty("input", out var given) ? Read(given) : null;
        if (Text("input_term") is { } term)
        {
            input = RegoTerm.Parse(term).Value;
        }

        var environment = new Dictionary<string, string>();
        if (source.TryGetProperty("env", out var env))
        {
            foreach (var one in env.EnumerateObject())
            {
                environment[one.Name] = one.Value.GetString()!;
            }
        }

        return new EvaluationInput
        {
            Input = input,
            Data = source.TryGetProperty("data", out var data) ? Read(data) : ObjectValue.Empty,
            StrictBuiltinErrors = source.TryGetProperty("strict_error", out var strict) && strict.GetBoolean(),
            Environment = environment,
        };
    }

    private string? Failed(IReadOnlyList<RegoError> errors)
    {
        var wanted = Text("want_error_code");
        var fails = wanted is null ? Text("want_error") is not null : errors.Any(error => error.Code == wanted);
        return fails
            ? null
            : $"{(wanted is null ? "failed" : $"wanted {wanted}, got")}: {string.Join("; ", errors)}";
    }

    private static Value Read(JsonElement element) => ValueJson.Read(element.GetRawText(), ValueLimits.Default, out _)!;

    private static JsonElement Json(QueryRow row)
    {
        var into = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(into))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in row.Bindings)
            {
                writer.WritePropertyName(name);
                ValueJson.Write(writer, value);
            }

            writer.WriteEndObject();
        }

        return JsonDocument.Parse(into.WrittenMemory).RootElement;
    }

    private static string Show(QueryOutcome outcome) =>
        outcome.Rows.Count == 0 ? "undefined" : string.Join(' ', outcome.Rows.Select(row => Json(row).GetRawText()));

    /// <summary>JSON with sorted keys and plain numbers.</summary>
    private static string Normal(JsonElement element, bool sorts) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', element.EnumerateObject().OrderBy(one => one.Name, StringComparer.Ordinal)
            .Select(one => JsonSerializer.Serialize(one.Name) + ":" + Normal(one.Value, sorts))) + "}",
        JsonValueKind.Array => "[" + string.Join(',', Order(element.EnumerateArray().Select(one => Normal(one, sorts)), sorts)) + "]",
        JsonValueKind.Number => Number(element),
        JsonValueKind.String => JsonSerializer.Serialize(element.GetString()),
        _ => element.GetRawText(),
    };

    private static IEnumerable<string> Order(IEnumerable<string> items, bool sorts) => sorts ? items.Order(StringComparer.Ordinal) : items;

    private static string Number(JsonElement element) => element.GetRawText() is var text && text.IndexOfAny(['.', 'e', 'E']) < 0
        ? text
        : element.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private string? Text(string name) =>
        source.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private IEnumerable<JsonElement> Items(string name) =>
        source.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
