using System.Text;
using System.Text.Json;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using Reeve.TestKit;

namespace Reeve.Languages.Tests.Streams.Programs;

/// <summary>The programs of the rows, spoiled at random: they are read, compiled and run with an answer, whatever they say.</summary>
public sealed class MutatedProgramTests
{
    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", "\"", "nil", "0", "-1", "1/2", "1e308", "9223372036854775807", ":metric", "emit", "e", "(fn [x] x)",
        "#\"a\"", "'", "@", "#(", "%", "inc", "(range)", "true", "[]", "{}", "(atom 0)", "recur ", "loop [] ", "\"\\ud800\"", "##NaN",
    ];

    private static readonly StreamLimits Small = new() { Steps = 20_000, Bytes = 16 << 20, Kept = 10_000, Sent = 200, Tasks = 1000 };

    [Fact]
    [Trait("Kind", Fuzz.Kind)]
    public void Spoiled_programs_end_with_an_answer_and_keep_their_state()
    {
        var random = new Random(Fuzz.Seed(4));
        var rows = ProgramRows.Rows.Values.Where(r => !r.TryGetProperty("error", out _)).ToList();
        for (var round = 0; round < Fuzz.Rounds(3000); round++)
        {
            var row = rows[random.Next(rows.Count)];
            var text = Spoiled(row.GetProperty("stream").GetString()!, random);
            var program = StreamProgram.Compile(text, new StreamOptions { IsSingle = true }, out var problems);
            Assert.True(program is null == problems.Count > 0, text);
            Assert.All(problems, p => Assert.True(p.Line > 0 && p.Column > 0 && p.Message.Length > 0));
            if (program is not null)
            {
                Run(program, rows[random.Next(rows.Count)].GetProperty("events"), text);
            }
        }
    }

    private static string Spoiled(string text, Random random)
    {
        var spoiled = new StringBuilder(text);
        for (var n = random.Next(4); n >= 0; n--)
        {
            var at = random.Next(spoiled.Length + 1);
            switch (random.Next(3))
            {
                case 0:
                    spoiled.Insert(at, Pieces[random.Next(Pieces.Length)] + (random.Next(2) == 0 ? " " : ""));
                    break;
                case 1:
                    spoiled.Remove(at, Math.Min(random.Next(6), spoiled.Length - at));
                    break;
                default:
                    var from = random.Next(spoiled.Length + 1);
                    var length = Math.Min(random.Next(20), spoiled.Length - from);
                    spoiled.Insert(at, spoiled.ToString(from, length));
                    break;
            }
        }

        return spoiled.ToString();
    }

    private static void Run(StreamProgram program, JsonElement events, string text)
    {
        try
        {
            var instance = program.Open((_, value) => ProgramRows.Json(value), limits: Small);
            foreach (var item in events.EnumerateArray())
            {
                if (item.TryGetProperty("advance_to", out var time))
                {
                    instance.AdvanceTo(time.GetDouble());
                }
                else
                {
                    instance.Send(EventJson.Read(item)!);
                }

                if (instance.Save() is { ValueKind: JsonValueKind.Object } saved)
                {
                    instance = program.Open((_, value) => ProgramRows.Json(value), limits: Small);
                    instance.Load(saved);
                }
            }
        }
        catch (Exception stop) when (stop is StreamError or StreamLimitException)
        {
            // an answer too
        }
        catch (Exception bug)
        {
            throw new InvalidOperationException(text, bug);
        }
    }
}
