using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Tests.Streams.Programs;

/// <summary>Programs as data: what they send for which events, or the error that they end with.</summary>
public sealed class ProgramRows
{
    private static readonly StreamOptions Single = new() { IsSingle = true };

    public static TheoryData<string> Ids => [.. Rows.Keys.Order(StringComparer.Ordinal)];

    internal static Dictionary<string, JsonElement> Rows { get; } = Read();

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_program_sends_what_its_row_says(string id) => AssertSame(Rows[id], Run(Rows[id], restarts: false));

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_program_that_is_saved_and_opened_anew_after_each_event_sends_the_same(string id) =>
        AssertSame(Rows[id], Run(Rows[id], restarts: true));

    private static void AssertSame(JsonElement row, (List<JsonElement> Sent, string? Error) found)
    {
        if (row.TryGetProperty("error", out var error))
        {
            Assert.Equal(error.GetString(), found.Error);
            return;
        }

        Assert.Null(found.Error);
        var wanted = row.GetProperty("out").EnumerateArray().ToList();
        var at = 0;
        Assert.All(wanted, w => Assert.True(
            at < found.Sent.Count && AreSame(w, found.Sent[at++]), $"{at}: expected {w}, found {found.Sent.ElementAtOrDefault(at - 1)}"));
        Assert.Equal(wanted.Count, found.Sent.Count);
    }

    private static (List<JsonElement> Sent, string? Error) Run(JsonElement row, bool restarts)
    {
        var sent = new List<JsonElement>();
        if (StreamProgram.Compile(row.GetProperty("stream").GetString()!, Single, out var problems) is not { } program)
        {
            return (sent, problems[0].ToString());
        }

        try
        {
            var instance = program.Open((_, value) => sent.Add(Json(value)));
            foreach (var item in row.GetProperty("events").EnumerateArray())
            {
                if (item.TryGetProperty("advance_to", out var time))
                {
                    instance.AdvanceTo(time.GetDouble());
                }
                else
                {
                    instance.Send(EventJson.Read(item)!);
                }

                if (restarts && instance.Save() is { ValueKind: not JsonValueKind.Undefined } saved)
                {
                    instance = program.Open((_, value) => sent.Add(Json(value)));
                    instance.Load(saved);
                }
            }

            return (sent, null);
        }
        catch (StreamError error)
        {
            return (sent, $"{error.Kind}: {error.Message}");
        }
        catch (StreamLimitException limit)
        {
            return (sent, limit.Message);
        }
    }

    internal static JsonElement Json(object? value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            EventJson.Write(writer, value);
        }

        return JsonDocument.Parse(Encoding.UTF8.GetString(buffer.ToArray())).RootElement;
    }

    internal static bool AreSame(JsonElement a, JsonElement b) => (a.ValueKind, b.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => Math.Abs(a.GetDouble() - b.GetDouble()) < 1e-9,
        (JsonValueKind.Array, JsonValueKind.Array) => a.GetArrayLength() == b.GetArrayLength()
            && a.EnumerateArray().Zip(b.EnumerateArray()).All(p => AreSame(p.First, p.Second)),
        (JsonValueKind.Object, JsonValueKind.Object) => a.EnumerateObject().Count() == b.EnumerateObject().Count()
            && a.EnumerateObject().All(m => b.TryGetProperty(m.Name, out var other) && AreSame(m.Value, other)),
        _ => a.ValueKind == b.ValueKind && a.ToString() == b.ToString(),
    };

    private static Dictionary<string, JsonElement> Read([CallerFilePath] string here = "") =>
        Directory.EnumerateFiles(Path.GetDirectoryName(here)!, "*.jsonl")
            .SelectMany(File.ReadLines)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(row => row.GetProperty("id").GetString()!);
}
