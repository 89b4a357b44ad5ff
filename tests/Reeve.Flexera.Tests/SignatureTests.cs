using Reeve.Flexera.Credentials;
using Reeve.Flexera.Network;

namespace Reeve.Flexera.Tests;

public sealed class SignatureTests
{
    private static readonly AwsKeys _keys = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "");
    private static readonly DateTimeOffset _moment = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("GET", "https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "https://example.amazonaws.com/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData(
        "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("GET", "https://example.amazonaws.com/example/..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    public void Signs_as_the_published_vectors_of_version_4_say(string method, string url, string signature)
    {
        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var request = new Outgoing(method, new Uri(url, in options));
        AwsSignature.Sign(request, _keys, "us-east-1", "service", _moment);
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, "
            + $"Signature={signature}", request.Header("Authorization"));
    }

    [Fact]
    public void Signs_the_published_example_of_listing_users()
    {
        var request = new Outgoing("GET", new Uri("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"));
        request.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        AwsSignature.Sign(request, _keys, "us-east-1", "iam", _moment);
        Assert.EndsWith(
            "SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            request.Header("Authorization"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ec2.eu-west-1.amazonaws.com", "ec2", "eu-west-1")]
    [InlineData("bucket.oss-cn-hangzhou.aliyuncs.com", "s3", "oss-cn-hangzhou")]
    [InlineData("store.example.com", "s3", "us-east-1")]
    [InlineData("iam.amazonaws.com", "iam", "us-east-1")]
    [InlineData("s3.amazonaws.com", "s3", "us-east-1")]
    [InlineData("bucket.with.dots.s3.eu-central-1.amazonaws.com", "s3", "eu-central-1")]
    [InlineData("s3-us-west-2.amazonaws.com", "s3", "us-west-2")]
    [InlineData("api.pricing.us-east-1.amazonaws.com", "pricing", "us-east-1")]
    [InlineData("api.ecr.us-gov-west-1.amazonaws.com", "ecr", "us-gov-west-1")]
    [InlineData("ec2.cn-north-1.amazonaws.com.cn", "ec2", "cn-north-1")]
    [InlineData("ce.us-east-1.amazonaws.com:443", "ce", "us-east-1")]
    [InlineData("127.0.0.1:8080", "s3", "us-east-1")]
    public void The_name_of_a_host_says_service_and_region(string host, string service, string region) =>
        Assert.Equal((service, region), AwsHost.Of(host));
}
