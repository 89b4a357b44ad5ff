using System.Runtime.InteropServices;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Languages.Rego.Values;

namespace Reeve.Engines.Rego;

/// <summary>Goes between the values of Reeve's documents and those of Rego.</summary>
internal static class RegoJson
{
    // what was taken into a document is within its limits already
    private static readonly ValueLimits Lenient = new() { Depth = 1000 };

    public static Value Value(JsonElement element) => element.ValueKind == JsonValueKind.Undefined
        ? NullValue.Instance
        : ValueJson.Read(JsonMarshal.GetRawUtf8Value(element), Lenient, out _) ?? NullValue.Instance;

    public static JsonElement Element(Value value) => Json.Build(writer => ValueJson.Write(writer, value));
}
