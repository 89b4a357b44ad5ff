using System.Text.Json;

namespace Reeve.Cli.Client;

/// <summary>A change as the server told it.</summary>
/// <param name="Kind">Its kind, such as <c>resource.changed</c>.</param>
/// <param name="Data">What it says.</param>
internal sealed record SeenChange(string Kind, JsonElement Data);
