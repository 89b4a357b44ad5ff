using System.Text.Json.Serialization;

namespace Reeve.Cli.Output;

[JsonSerializable(typeof(string))]
internal sealed partial class OutputJson : JsonSerializerContext;
