using System.Text.Json;
using Reeve.Core.Errors;

namespace Reeve.Core.Policies.Properties;

public sealed record PropertySchema;

public sealed record PropertyReading(JsonElement Values, IReadOnlyList<Mistake> Mistakes);

public static class PropertyReader
{
    public static PropertyReading Read(PropertySchema schema, JsonElement given, string path) => new(given, []);
}
