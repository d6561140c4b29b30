// Buttons that open the chat: they show once the page's script is there, and not at all where it is blocked.
( function () {
	function show() {
		var chat = window.AIAssistant;
		if ( ! chat ) {
			return;
		}
		document.querySelectorAll( '[data-ai-assistant-open]' ).forEach( function ( button ) {
			button.addEventListener( 'click', chat.open );
			button.hidden = false;
		} );
	}
	if ( document.readyState === 'complete' ) {
		show();
	} else {
		window.addEventListener( 'load', show );
	}
} )();
