using Reeve.Core.Documents;
using Reeve.Core.Policies.Properties;

namespace Reeve.Core.Tests.Policies.Properties;

public sealed class PythonTextTests
{
    [Theory]
    [InlineData("33.3", "33.3")]
    [InlineData("2.0", "2.0")]
    [InlineData("1e3", "1000.0")]
    [InlineData("1e16", "1e+16")]
    [InlineData("1.5e300", "1.5e+300")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("-28.299999999999997", "-28.299999999999997")]
    [InlineData("123456789012345680.0", "1.2345678901234568e+17")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("1e400", "inf")]
    [InlineData("17", "17")]
    [InlineData("true", "True")]
    [InlineData("null", "None")]
    [InlineData("\"a'b\"", "a'b")]
    [InlineData("[\"a'b\", 1.0, {\"k\": [false]}]", "[\"a'b\", 1.0, {'k': [False]}]")]
    [InlineData("{}", "{}")]
    public void Values_are_spelled_as_Python_prints_them(string json, string spelled) =>
        Assert.Equal(spelled, PythonText.Str(Json.Parse(json)));
}
