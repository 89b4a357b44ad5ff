using System.Globalization;
using System.Text;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.GoTemplate;

namespace Reeve.Languages.Tests.Data;

/// <summary>Long lists: in memory, in the file and as objects they are the same.</summary>
public sealed class RowListTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rows_at_random_are_the_same_packed_and_in_the_file(int seed)
    {
        var random = new Random(seed);
        List<object?> rows = [.. Enumerable.Range(0, random.Next(1, 2000)).Select(_ => Value(random, 3))];
        using var memory = new RowSpool();
        using var disk = new RowSpool(inMemory: 0);
        foreach (var spool in (RowSpool[])[memory, disk])
        {
            var list = Packed(spool, rows);
            Assert.Equal(rows.Count, list.Count);
            Assert.True(JsonData.AreEqual(rows, list));
            Assert.True(JsonData.AreEqual(list, rows));
            Assert.Equal(JsonData.Write(rows), JsonData.Write(list));
            for (var i = 0; i < 20; i++)
            {
                var at = random.Next(rows.Count);
                Assert.True(JsonData.AreEqual(rows[at], list[at]));
            }

            Assert.Equal(ReferenceEquals(spool, disk) ? list.Bytes : 0, list.OnDisk);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Json_is_read_into_packed_rows_as_it_is_read_into_objects(int seed)
    {
        var random = new Random(seed);
        List<object?> rows = [.. Enumerable.Range(0, 3000).Select(_ => Value(random, 3)), new string('x', 1024 * 1024)];
        var json = Encoding.UTF8.GetBytes(" " + JsonData.Write(rows) + "\n");
        using var spool = new RowSpool(inMemory: 10_000);
        Assert.True(JsonData.TryParse(json, out var plain, out _));
        Assert.True(JsonData.TryParse(json, spool, out var packed, out _));
        Assert.IsType<RowList>(packed);
        Assert.True(JsonData.AreEqual(plain, packed));
    }

    [Theory]
    [InlineData("]x")]
    [InlineData("")]
    [InlineData(",]")]
    [InlineData(",{\"a\":\"\\ud800\"}]")]
    public void Json_that_is_broken_has_the_same_error_packed(string end)
    {
        var json = Encoding.UTF8.GetBytes($"[\"{new string('x', 2 * 1024 * 1024)}\",\n{string.Join(',', Enumerable.Range(0, 2000))}{end}");
        using var spool = new RowSpool();
        Assert.False(JsonData.TryParse(json, out _, out var plain));
        Assert.False(JsonData.TryParse(json, spool, out var value, out var packed));
        Assert.Null(value);
        Assert.Equal(plain, packed);
    }

    [Fact]
    public void Of_a_name_that_is_there_twice_the_last_one_counts()
    {
        var json = Encoding.UTF8.GetBytes($"[{{\"a\":1,\"b\":2,\"a\":3}},\"{new string('x', 2 * 1024 * 1024)}\"]");
        using var spool = new RowSpool();
        Assert.True(JsonData.TryParse(json, out var plain, out _));
        Assert.True(JsonData.TryParse(json, spool, out var packed, out _));
        Assert.Equal(JsonData.Write(plain), JsonData.Write(packed));
    }

    [Fact]
    public void Numbers_that_json_has_no_text_for_stay_what_they_are()
    {
        using var spool = new RowSpool(inMemory: 0);
        List<object?> rows = [double.PositiveInfinity, double.NegativeInfinity, 1d];
        var list = Packed(spool, rows);
        Assert.Equal(rows, list);
        Assert.Equal(JsonData.Write(rows), JsonData.Write(list));
        var again = new RowWriter(spool);
        again.AddAll(list);
        Assert.Equal(JsonData.Write(rows), JsonData.Write(again.Finish()));
    }

    [Fact]
    public void Rows_of_rows_are_handed_on_as_they_are()
    {
        using var spool = new RowSpool();
        var list = Packed(spool, [.. Enumerable.Range(0, 50_000).Select(i => (object?)(double)i)]);
        var even = new RowWriter(spool);
        var reader = new RowReader(list);
        while (reader.Read())
        {
            if ((double)reader.Row! % 2 == 0)
            {
                even.AddJson(reader);
            }
        }

        var kept = even.Finish();
        Assert.Equal(25_000, kept.Count);
        Assert.Equal(49_998d, kept[24_999]);
        Assert.Equal(Enumerable.Range(0, 25_000).Select(i => (object?)(2d * i)), kept);
    }

    [Fact]
    public void Few_rows_stay_objects_and_many_are_packed()
    {
        using var spool = new RowSpool();
        var rows = new RowCollector(spool);
        Enumerable.Range(0, RowSpool.Few).ToList().ForEach(i => rows.Add((double)i));
        Assert.IsType<List<object?>>(rows.Finish());
        rows.Add("one more");
        Assert.Equal(RowSpool.Few + 1, Assert.IsType<RowList>(rows.Finish()).Count);
    }

    [Fact]
    public void The_file_of_a_spool_has_no_name()
    {
        var folder = Directory.CreateTempSubdirectory();
        using (var spool = new RowSpool(folder.FullName, inMemory: 0))
        {
            var list = Packed(spool, ["a", "b"]);
            Assert.True(spool.OnDisk > 0);
            Assert.Empty(folder.EnumerateFileSystemInfos());
            Assert.Equal("b", list[1]);
        }

        folder.Delete();
    }

    [Fact]
    public void More_rows_than_a_spool_may_hold_are_refused()
    {
        using var spool = new RowSpool(inMemory: 0, most: 1024 * 1024);
        var e = Assert.Throws<RowSpaceException>(() => Packed(spool, [.. Enumerable.Repeat<object?>(new string('x', 1000), 2000)]));
        Assert.Equal("its rows would take more than the 1 MiB that an evaluation may have", e.Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_used_is_named()
    {
        using var spool = new RowSpool("/no/such/folder", inMemory: 0);
        var e = Assert.Throws<RowSpaceException>(() => Packed(spool, ["a"]));
        Assert.StartsWith("there is no room for its rows in the temporary folder `/no/such/folder`: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("make room there, or set `TMPDIR` to another folder", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ len data }} {{ with index data 0 }}{{ .id }}{{ end }} {{ index data 1999 }}", "2000 0 map[id:1999]")]
    [InlineData("{{ range $i, $r := data }}{{ if lt $i 3 }}{{ $r.id }},{{ end }}{{ end }}", "0,1,2,")]
    [InlineData("{{ if data }}some{{ end }} {{ printf \"%T\" data }}", "some []interface {}")]
    [InlineData("{{ len (slice data 10) }} {{ index (slice data 10 12) 1 }}", "1990 map[id:11]")]
    [InlineData("{{ len (print data) }}", "24891")]
    public void A_text_says_the_same_of_packed_rows(string text, string expected)
    {
        List<object?> rows =
        [
            .. Enumerable.Range(0, 2000).Select(i => new OrderedDictionary<string, object?>(StringComparer.Ordinal) { ["id"] = (double)i }),
        ];
        using var spool = new RowSpool(inMemory: 0);
        var packed = Packed(spool, rows);
        var (program, error) = GoTemplateProgram.Parse(text, "data");
        Assert.Null(error);
        foreach (var data in (object[])[rows, packed])
        {
            var functions = new Dictionary<string, Func<object?[], object?>> { ["data"] = _ => data };
            var (rendered, fault) = program!.Render(null, functions);
            Assert.Null(fault);
            Assert.Equal(expected, rendered);
        }
    }

    private static RowList Packed(RowSpool spool, List<object?> rows)
    {
        var writer = new RowWriter(spool);
        rows.ForEach(writer.Add);
        return writer.Finish();
    }

    private static object? Value(Random random, int depth) => random.Next(depth > 0 ? 10 : 7) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => (double)random.Next(-1000, 1000),
        3 => random.NextDouble() * Math.Pow(10, random.Next(-20, 25)),
        4 => BitConverter.Int64BitsToDouble(random.NextInt64()) is var any && double.IsFinite(any) ? any : 0.1,
        < 7 => Text(random),
        7 => Enumerable.Range(0, random.Next(5)).Select(_ => Value(random, depth - 1)).ToList(),
        _ => new OrderedDictionary<string, object?>(
            Enumerable.Range(0, random.Next(6)).Select(i => KeyValuePair.Create(
                random.Next(4) == 0 ? Text(random) + i : i.ToString(CultureInfo.InvariantCulture), Value(random, depth - 1))),
            StringComparer.Ordinal),
    };

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(12); left > 0; left--)
        {
            text.Append(random.Next(6) switch
            {
                0 => (char)random.Next(0, 32),
                1 => "\"\\/\u007f\u2028"[random.Next(5)],
                2 => (char)random.Next(0xa0, 0xd7ff),
                _ => (char)random.Next(' ', 127),
            });
            if (random.Next(20) == 0)
            {
                text.Append("\U0001F600");
            }
        }

        return text.ToString();
    }
}
