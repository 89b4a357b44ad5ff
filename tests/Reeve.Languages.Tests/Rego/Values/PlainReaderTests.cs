using System.Text;
using System.Text.Json;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Tests.Rego.Values;

/// <summary>Reading JSON must take what the framework's reader takes, and make the same of it.</summary>
public sealed class PlainReaderTests
{
    private static readonly string[] Seeds =
    [
        "{\"a\":1,\"b\":[true,false,null,-0,0,-12,1.5e3,12345678901234567890,0.1],\"c\":{\"d\":\"x\\n\\u00e9\\\"\",\"\":\"\"}}",
        "[\"short\",\"exactly sixteen.\",\"a text of more than sixteen bytes\",\"a text too long for a thread to keep it.\",\"é😀\"]",
        " {\t\"k\" : [ ] ,\r\n\"l\":{ } , \"k\" : [[[[1]]]] } ",
        "[1,2,3,-1,-2,9223372036854775807,-9223372036854775808,999999999999999999,1000000000000000000,1E5,1e-5,00,01,-]",
        "\"\\ud83d\\ude00 \\ud83d \\\\ \\/ \\b\\f\\r\\t\"",
        "{\"a\":1,\"a\":2,\"b\":3,\"c\":4,\"d\":5,\"e\":6,\"f\":7,\"g\":8,\"h\":9,\"i\":10,\"a\":11}",
        "[[[[[[[[[[1]]]]]]]]]]",
    ];

    [Fact]
    public void What_it_takes_is_what_the_framework_takes_also_after_changes()
    {
        var random = new Random(7);
        const string marks = "{}[]\",:\\ue0123456789-+.tfn \n\t\u0001x\u007f";
        foreach (var seed in Seeds)
        {
            var bytes = Encoding.UTF8.GetBytes(seed);
            Compare(bytes);
            for (var round = 0; round < 4000; round++)
            {
                var changed = bytes.ToList();
                for (var change = random.Next(1, 4); change > 0; change--)
                {
                    var at = random.Next(changed.Count);
                    switch (random.Next(4))
                    {
                        case 0 when changed.Count > 1:
                            changed.RemoveAt(at);
                            break;
                        case 1:
                            changed[at] = (byte)random.Next(256);
                            break;
                        case 2:
                            changed.Insert(at, (byte)marks[random.Next(marks.Length)]);
                            break;
                        default:
                            changed = [.. changed[at..], .. changed[..at]];
                            break;
                    }
                }

                Compare([.. changed]);
            }

            for (var length = 0; length < bytes.Length; length++)
            {
                Compare(bytes[..length]);
            }
        }
    }

    [Fact]
    public void Texts_of_all_lengths_come_back_whatever_follows_them()
    {
        for (var length = 0; length < 80; length++)
        {
            var text = string.Concat(Enumerable.Range(0, length).Select(at => (char)('a' + (at * 7 % 26))));
            foreach (var other in new[] { text, text + "b", length > 9 ? text[..4] + "Z" + text[5..] : text + "c" })
            {
                Assert.Equal(other, ((StringValue)ValueJson.Read($"\"{other}\"", ValueLimits.Default, out _)!).Text);
                Assert.Equal(other, ((StringValue)ValueJson.Read($"\"{other}\"      ", ValueLimits.Default, out _)!).Text);
            }
        }
    }

    [Fact]
    public void More_texts_than_a_thread_keeps_come_back()
    {
        var names = Enumerable.Range(0, 5000).Select(at => $"n{at}").ToArray();
        var json = $"[{string.Join(',', names.Select(name => $"\"{name}\""))}]";
        for (var round = 0; round < 2; round++)
        {
            var read = (ArrayValue)ValueJson.Read(json, ValueLimits.Default, out _)!;
            Assert.Equal(names, read.AsSpan().ToArray().Select(item => ((StringValue)item).Text));
        }
    }

    [Fact]
    public void The_depth_that_is_allowed_is_the_frameworks()
    {
        foreach (var depth in new[] { 1, 2, 63, 64, 512 })
        {
            var (fits, deeper) = (Nested(depth), Nested(depth + 1));
            Assert.NotNull(ValueJson.Read(fits, new() { Depth = depth }, out _));
            Assert.Null(ValueJson.Read(deeper, new() { Depth = depth }, out var problem));
            Assert.Contains("depth", problem, StringComparison.Ordinal);
        }
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static void Compare(byte[] json)
    {
        var expected = Framework(json);
        var read = PlainReader.Read(json, 8);
        Assert.True(
            (read is null) == (expected is null) && (read is null || (read.Equals(expected) && read.ToString() == expected!.ToString())),
            $"{Encoding.UTF8.GetString(json)} is {read?.ToString() ?? "nothing"} and should be {expected?.ToString() ?? "nothing"}");
    }

    private static Value? Framework(byte[] json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
            if (!reader.Read())
            {
                return null;
            }

            var value = ValueJson.Read(ref reader);
            _ = reader.Read();
            return value;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
