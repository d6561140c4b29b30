// Read by embed.js before it shows anything: nobody is asked questions while paying.
window.AIAssistantConfig = { hideOnPaths: ["/shop/checkout"] };
