using System.Text.Json.Serialization;

namespace Reeve.Bench;

/// <summary>How a measuring process hands its figures back.</summary>
[JsonSerializable(typeof(Figure[]))]
internal sealed partial class BenchJson : JsonSerializerContext;
