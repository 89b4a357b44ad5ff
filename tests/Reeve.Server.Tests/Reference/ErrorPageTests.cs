using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Core.Errors;
using Reeve.Server.Api;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Reference;

/// <summary>The page of the error codes, from the catalogue and the statuses that go with it.</summary>
public sealed partial class ErrorPageTests
{
    [Fact]
    public async Task The_page_of_the_error_codes_is_the_catalogue()
    {
        var source = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "src", "Reeve.Core", "Errors", "ErrorCodes.cs"));
        var told = Described().Matches(source).ToDictionary(m => m.Groups[2].Value, m => m.Groups[1].Value, StringComparer.Ordinal);
        var codes = typeof(ErrorCodes).GetFields().Select(f => (string)f.GetRawConstantValue()!).ToList();
        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
        var text = new StringBuilder(
            """
            # Error codes

            Over HTTP an error is problem details (RFC 9457, `application/problem+json`) with the `code`; the command line shows it in
            brackets behind the message. Codes are stable; messages are for people and may change. `If-Match` and `If-None-Match` that
            do not hold are answered with 412; a reference to nothing within documents (`not-found`) with 422.

            | code | status | means |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var code in codes.OrderBy(c => new ApiProblem(c, "").Status).ThenBy(c => c, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{code}` | {new ApiProblem(code, "").Status} | {told[code]} |\n");
        }

        await ReferencePage.HoldAsync("errors.md", text.ToString());
    }

    [GeneratedRegex("<summary>([^<]*?)\\.?</summary>\\s*public const string \\w+ = \"([a-z0-9-]+)\";", RegexOptions.Singleline)]
    private static partial Regex Described();
}
