using System.Text;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Network;

namespace Reeve.Flexera.Tests;

public sealed class SignatureTests
{
    private static readonly AwsKeys _keys = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "");
    private static readonly UriCreationOptions _asWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };
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
        var request = new Outgoing(method, new Uri(url, in _asWritten));
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

    // inputs of our own; what they must give was computed by botocore 1.29
    [Theory]
    [InlineData("ec2", "eu-west-1", "GET",
        "https://ec2.eu-west-1.amazonaws.com/?Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3AOwner"
        + "&Filter.1.Value.1=a%20b", "", "", "",
        "host;x-amz-date, Signature=ea05562e847889227e8d929d05140cf7e1df4df2f5ddac47adc25bc24909faae")]
    [InlineData("execute-api", "us-east-1", "GET",
        "https://x1.execute-api.us-east-1.amazonaws.com/stage//a/../b%20c/%C3%BC/?b=2&a=&a=1&A=%2F&%C3%A4", "", "", "",
        "host;x-amz-date, Signature=78f06a8e57300a559e7c18404e567c11d951ee78bdee941c323e1a502d544dca")]
    [InlineData("s3", "us-west-2", "GET",
        "https://reports.s3.us-west-2.amazonaws.com/a//b/../c%20d/%C3%BC?prefix=x%2Fy&delimiter=%2F&list-type=2", "", "", "",
        "host;x-amz-content-sha256;x-amz-date, Signature=d99e08a556469ed0cfee804cec8d8ba0da23faa4bbcbcc692b7641fc0ca4a88b")]
    [InlineData("tagging", "us-east-1", "POST", "https://tagging.us-east-1.amazonaws.com/", "{\"ResourcesPerPage\":50}", "",
        "Content-Type=application/x-amz-json-1.1;X-Amz-Target=ResourceGroupsTaggingAPI_20170126.GetResources",
        "content-type;host;x-amz-date;x-amz-target, Signature=f19023f3ba9632a71ad276190be9e03b5a1d8be6e0b4044862eee5d838df4780")]
    [InlineData("sts", "eu-west-1", "GET", "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", "",
        "session/token+1==", "",
        "host;x-amz-date;x-amz-security-token, Signature=7723ed3c7f37c5ec1a22b3cabca250c2dfd9b3af577e844ac252daf65fd78ffb")]
    [InlineData("s3", "eu-north-1", "PUT", "https://b.s3.eu-north-1.amazonaws.com/k", "ü", "session/token+1==",
        "X-Amz-Meta-Note=  a   b  ;X-Empty=",
        "host;x-amz-content-sha256;x-amz-date;x-amz-meta-note;x-amz-security-token;x-empty, "
        + "Signature=922bf4a23006edff0cb586a2bdf398e1074d27fadb312e6a6c05a9a32ddbc269")]
    [InlineData("rds", "us-east-1", "GET", "https://rds.amazonaws.com", "", "", "",
        "host;x-amz-date, Signature=c14ee01a64483d0cc7c0a95652fdf3b8f71a653329b4c8c7af6c14c0ec2b4f21")]
    public void Signs_as_the_library_of_aws_does(
        string service, string region, string method, string url, string body, string token, string headers, string expected)
    {
        var request = new Outgoing(method, new Uri(url, in _asWritten)) { Body = Encoding.UTF8.GetBytes(body) };
        foreach (var header in headers.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(h => h.Split('=', 2)))
        {
            request.Set(header[0], header[1]);
        }

        AwsSignature.Sign(request, _keys with { SessionToken = token }, region, service, new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        Assert.EndsWith($"SignedHeaders={expected}", request.Header("Authorization"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_way_may_change_is_not_signed()
    {
        var request = new Outgoing("GET", new Uri("https://ec2.eu-west-1.amazonaws.com/"));
        foreach (var name in (string[])["User-Agent", "Accept-Encoding", "Expect", "Connection", "X-Amzn-Trace-Id", "Content-Length"])
        {
            request.Set(name, "x");
        }

        AwsSignature.Sign(request, _keys, "eu-west-1", "ec2", _moment);
        Assert.Contains("SignedHeaders=host;x-amz-date,", request.Header("Authorization"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a+b", "/a%2Bb")]
    [InlineData("/a:b@c/$x", "/a%3Ab%40c/%24x")]
    [InlineData("/a%20b//c", "/a%20b//c")]
    public void An_object_is_asked_for_with_the_path_that_was_signed(string path, string sent)
    {
        var request = new Outgoing("GET", new Uri($"https://b.s3.eu-north-1.amazonaws.com{path}?x=%2B", in _asWritten));
        AwsSignature.Sign(request, _keys, "eu-north-1", "s3", _moment);
        Assert.Equal($"{sent}?x=%2B", request.Address.PathAndQuery);
    }

    [Theory]
    [InlineData("ec2.eu-west-1.amazonaws.com", "ec2", "eu-west-1")]
    [InlineData("s3.dualstack.eu-west-1.amazonaws.com", "s3", "eu-west-1")]
    [InlineData("bucket.s3-eu-west-1.amazonaws.com", "s3", "eu-west-1")]
    [InlineData("s3-logs.s3.ap-southeast-2.amazonaws.com", "s3", "ap-southeast-2")]
    [InlineData("bucket.s3-accelerate.amazonaws.com", "s3", "us-east-1")]
    [InlineData("123456789012.s3-control.eu-west-1.amazonaws.com", "s3", "eu-west-1")]
    [InlineData("bucket.vpce-1-2.s3.eu-west-1.vpce.amazonaws.com", "s3", "eu-west-1")]
    [InlineData("x.s3-object-lambda.eu-west-1.amazonaws.com", "s3-object-lambda", "eu-west-1")]
    [InlineData("s3.cn-northwest-1.amazonaws.com.cn", "s3", "cn-northwest-1")]
    [InlineData("vpce-1-2.ec2.eu-west-1.vpce.amazonaws.com", "ec2", "eu-west-1")]
    [InlineData("ec2.eu-west-1.api.aws", "ec2", "eu-west-1")]
    [InlineData("ec2-fips.us-gov-east-1.amazonaws.com", "ec2", "us-gov-east-1")]
    [InlineData("iam.us-gov.amazonaws.com", "iam", "us-gov-west-1")]
    [InlineData("iam.cn-north-1.amazonaws.com.cn", "iam", "cn-north-1")]
    [InlineData("route53.amazonaws.com.cn", "route53", "cn-northwest-1")]
    [InlineData("sts.us-iso-east-1.amazonaws.com", "sts", "us-iso-east-1")]
    [InlineData("sts.amazonaws.com", "sts", "us-east-1")]
    [InlineData("sts.mx-central-1.amazonaws.com", "sts", "mx-central-1")]
    [InlineData("organizations.us-east-1.amazonaws.com", "organizations", "us-east-1")]
    [InlineData("monitoring.eu-central-1.amazonaws.com", "monitoring", "eu-central-1")]
    [InlineData("rds.amazonaws.com", "rds", "us-east-1")]
    [InlineData("email.eu-west-1.amazonaws.com", "ses", "eu-west-1")]
    [InlineData("eu-west-1.queue.amazonaws.com", "sqs", "eu-west-1")]
    [InlineData("eu-west-1.elasticmapreduce.amazonaws.com", "elasticmapreduce", "eu-west-1")]
    [InlineData("search-x-1.eu-west-1.es.amazonaws.com", "es", "eu-west-1")]
    [InlineData("api.sagemaker.eu-west-1.amazonaws.com", "sagemaker", "eu-west-1")]
    [InlineData("data-ats.iot.eu-west-1.amazonaws.com", "iotdata", "eu-west-1")]
    [InlineData("bedrock-runtime.us-west-2.amazonaws.com", "bedrock", "us-west-2")]
    [InlineData("x.lambda-url.eu-west-1.on.aws", "lambda", "eu-west-1")]
    [InlineData("LAMBDA.EU-WEST-1.AMAZONAWS.COM", "lambda", "eu-west-1")]
    [InlineData("savingsplans.amazonaws.com", "savingsplans", "us-east-1")]
    [InlineData("tagging.eu-west-1.amazonaws.com", "tagging", "eu-west-1")]
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
