using Reeve.Cli.Output;
using Reeve.Languages.Data;

namespace Reeve.Cli.Tests;

public sealed class ChunkedWriterTests
{
    [Fact]
    public void What_is_longer_than_a_piece_comes_out_whole()
    {
        var data = new List<object?> { new string('x', 200_000), "a\"\\\n\u0001\u007fü", 1.5, null, true };
        using var text = new StringWriter();
        using (var writer = new ChunkedWriter(text))
        {
            JsonData.Write(writer, data);
            writer.Write('!');
            writer.Flush();
        }

        Assert.Equal($"[\"{new string('x', 200_000)}\",\"a\\\"\\\\\\n\\u0001\\u007fü\",1.5,null,true]!", text.ToString());
    }
}
