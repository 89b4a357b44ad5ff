using Reeve.Cli.Output;
using Reeve.Core.Documents;

namespace Reeve.Cli.Tests;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("""{"a":{"b":[1,2,{"c":"d","e":[[],{}]}],"f":null},"g":true}""")]
    [InlineData("""{"a":"yes","b":"1.5","c":"","d":"- x: y","e":"line\nline","f":"null","g":"2026-01-01","h":"#","i":"ünï"}""")]
    [InlineData("""{"list":[[1,[2,3]],{"k":[{"x":1},{"y":{"z":[]}}]}],"a b":1,"on":2}""")]
    public void What_is_written_reads_back_as_the_same(string json)
    {
        var value = Json.Parse(json);
        var text = YamlText.Write(value);
        var read = DocumentReader.Read(text, "t");
        Assert.True(read.Mistakes.IsEmpty, string.Join('\n', read.Mistakes) + "\n" + text);
        Assert.True(System.Text.Json.JsonElement.DeepEquals(value, read.Documents[0].Root), text);
    }
}
